import { describe, expect, it } from 'vitest'
import {
  type AccuracyModel,
  architectureAt,
  askDesigns,
  BUILDABLE,
  type CodesignConfig,
  type CodesignMember,
  type CodesignResult,
  type CodesignState,
  codesignJob,
  codesignReport,
  designGenome,
  evaluationOf,
  evaluator,
  type Figures,
  type Measure,
  SCHEME_OF,
} from '../../src/codesign/index.js'
import { hypervolume, init, tell } from '../../src/evolve/index.js'
import { acceleratorAt, countAccelerators, peModel } from '../../src/hardware/index.js'
import { drawFigure } from '../../src/runs/index.js'
import { accelerators, accuracy, configOf, family } from './small-codesign.js'

type Job = ReturnType<typeof codesignJob>

async function finish(job: Job, from?: CodesignState): Promise<CodesignResult> {
  let state = from ?? (await job.init())
  while (!job.done(state)) state = (await job.step(state)).state
  return job.result(state)
}
const search = (config: CodesignConfig, seed = 1, model = accuracy) =>
  finish(codesignJob(config, model, seed))

const known = new Map<string, readonly Figures[]>()

/** Figures of all 11,664 pairs. */
function everything({ batch, mapping, models }: CodesignConfig): readonly Figures[] {
  const found = known.get(mapping)
  if (found) return found
  const own = evaluator({ family, accelerators, accuracy, peModel: peModel(models), batch, mapping })
  const all = Array.from({ length: family.size }, (_, i) => architectureAt(family, i)).flatMap(architecture =>
    Array.from(
      { length: countAccelerators(accelerators) },
      (_, accelerator) => own.figures({ architecture, accelerator }) as Figures,
    ).filter(figures => !('obstacles' in figures)),
  )
  known.set(mapping, all)
  return all
}

/** Hypervolume, scaled to the ranges of all. */
function volumeIn(all: readonly Figures[], objectives: readonly Measure[]) {
  const scales = objectives.map(measure => {
    const values = all.map(figures => figures[measure])
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const
  })
  return (designs: readonly Figures[]) =>
    hypervolume(
      Float64Array.from(
        designs.flatMap(figures =>
          objectives.map(
            (measure, j) => (figures[measure] - scales[j]![0]) / (scales[j]![1] - scales[j]![0]),
          ),
        ),
      ),
      objectives.map(() => 1.1),
    )
}
const figuresOf = (members: readonly CodesignMember[]) => members.map(({ figures }) => figures)

describe('a co-design', () => {
  it('comes near the true front with a fifteenth of all pairs', async () => {
    const config = configOf()
    const all = everything(config)
    const volume = volumeIn(all, config.objectives)
    const whole = volume(all)
    for (const seed of [1, 2]) {
      const { methods } = await search(config, seed)
      expect(methods[0]).toMatchObject({
        method: 'joint',
        evaluated: 800,
        feasible: true,
        reason: 'evaluations',
      })
      expect(volume(figuresOf(methods[0]!.members)) / whole).toBeGreaterThan(0.985)
    }
  })

  it('keeps to its bounds, and comes near the best within them', async () => {
    const config = configOf({
      objectives: ['error', 'energy'],
      constraints: ['area<=1.2mm2', 'latency<=1.5ms'],
      evaluations: 1500,
    })
    const within = everything(config).filter(({ area, latency }) => area <= 1.2 && latency <= 1.5)
    const [joint] = (await search(config)).methods
    expect(joint!.feasible).toBe(true)
    for (const { figures, misses } of joint!.members) {
      expect(misses).toEqual([])
      expect(figures.area).toBeLessThanOrEqual(1.2)
      expect(figures.latency).toBeLessThanOrEqual(1.5)
    }
    const least = within.reduce((best, { error }) => Math.min(best, error), 1)
    expect(joint!.members[0]!.figures.error - least).toBeLessThan(0.002)
  })

  it('gives the least infeasible designs where nothing meets the bounds, with what they miss', async () => {
    const config = configOf({ constraints: ['area<=0.1mm2'], baselines: true, evaluations: 400 })
    const smallest = everything(config).reduce((best, { area }) => Math.min(best, area), Infinity)
    const { methods } = await search(config)
    expect(methods.map(({ feasible }) => feasible)).toEqual([false, false, false, false])
    const { members } = methods[0]!
    expect(members.length).toBeGreaterThan(0)
    for (const { misses } of members)
      expect(misses).toEqual([{ measure: 'area', bound: 0.1, value: smallest, by: smallest - 0.1 }])
    const { figures, tables } = codesignReport(config, { methods }, accuracy)
    expect(tables![0]!.rows[0]).toContain('co-design')
    expect(figures).toHaveLength(2)
  })

  it('says what is in the way where nothing can be built', async () => {
    const config = configOf({ evaluations: 100 })
    const impossible = {
      ...accelerators,
      knobs: [...accelerators.knobs, { knob: 'clockMhz', values: [5000] }],
    } as const
    const [joint] = (await search({ ...config, accelerators: impossible })).methods
    expect(joint).toMatchObject({ feasible: false, members: [], impossible: 100 })
    expect(joint!.obstacle).toMatch(/clockMhz 5000 is too fast/)
  })

  it('compares with as many evaluations of each baseline', async () => {
    const config = configOf({ baselines: true, evaluations: 600, objectives: ['error', 'energy', 'area'] })
    const all = everything(config)
    const volume = volumeIn(all, config.objectives)
    const result = await search(config)
    expect(result.methods.map(({ method }) => method)).toEqual([
      ...['joint', 'network-first', 'hardware-first', 'random'],
    ])
    // A baseline ends before where no pair of what its first half found is left.
    for (const { evaluated, reason } of result.methods)
      expect(evaluated === 600 ? 'evaluations' : 'exhausted').toBe(reason)
    const [joint, , , random] = result.methods.map(({ members }) => volume(figuresOf(members)))
    expect(joint).toBeGreaterThan(random!)
    for (const { history, evaluated } of result.methods) {
      const volumes = history.map(({ hypervolume }) => hypervolume)
      expect(history.at(-1)!.evaluated).toBe(evaluated)
      expect(volumes).toEqual([...volumes].sort((a, b) => a - b))
    }
    const { figures, notes, tables } = codesignReport(config, result, accuracy)
    expect(figures!.map(({ title }) => title)).toEqual([
      'error against energy, mJ',
      'error against area, mm²',
      'Hypervolume over evaluations',
    ])
    for (const [i, figure] of figures!.entries()) expect(await drawFigure(figure, `f${i}`)).toContain('<svg')
    expect(notes!.join(' ')).toMatch(
      /Accuracies are of a formula\. .*600 evaluations in .*Hardware first: half/,
    )
    const shares = tables![0]!.rows.map(row => row[tables![0]!.columns.indexOf('share of hypervolume')])
    expect(Math.max(...(shares as number[]))).toBeLessThanOrEqual(1)
  })

  it('chooses hardware first for the reference network, and the network first by error and MACs', async () => {
    const config = configOf({ baselines: true, evaluations: 300 })
    const job = codesignJob(config, accuracy, 1)
    let state = await job.init()
    while (state.running!.search.config.variables[0]!.name === 'edge 0-1' && state.finished.length === 0)
      state = (await job.step(state)).state
    expect(state.running!.search.config.objectives).toEqual(['error', 'macs'])
    while (state.running!.stage === 0) state = (await job.step(state)).state
    expect(state.running!.search.config.variables.map(({ name }) => name)).toEqual([
      'network',
      ...['peType', 'rows', 'columns', 'ifmapWords'],
    ])
    while (state.finished.length === 1) state = (await job.step(state)).state
    expect(state.running!.search.config.objectives).toEqual(['latency', 'area'])
  })

  it('goes on from a snapshot to the same bits', async () => {
    const config = configOf({ baselines: true, evaluations: 200 })
    const undisturbed = await search(config)
    let [state, steps] = [await codesignJob(config, accuracy, 1).init(), 0]
    for (let done = false; !done; ) {
      const job = codesignJob(config, accuracy, 1)
      state = await job.unpack(JSON.parse(JSON.stringify(job.pack(state))))
      for (let i = 0; i < 3 && !job.done(state); i++, steps++) state = (await job.step(state)).state
      done = job.done(state)
    }
    expect(steps).toBeGreaterThan(12)
    const plain = ({ methods, ...rest }: CodesignResult) => ({
      ...rest,
      methods: methods.map(({ effort: _, ...method }) => method),
    })
    expect(plain(await codesignJob(config, accuracy, 1).result(state))).toEqual(plain(undisturbed))
  })

  it('never asks a dear accuracy twice, not even after a stop', async () => {
    const asked: string[] = []
    const dear: AccuracyModel = {
      ...accuracy,
      dear: true,
      accuracies: async pairs => {
        expect(pairs.length).toBeLessThanOrEqual(16)
        asked.push(...pairs.map(({ architecture, scheme }) => `${architecture.join()} ${scheme}`))
        return Promise.all(pairs.map(({ architecture, scheme }) => accuracy.accuracy(architecture, scheme)))
      },
    }
    const config = configOf({ evaluations: 300 })
    const first = codesignJob(config, dear, 1)
    let state = await first.init()
    for (let i = 0; i < 9; i++) state = (await first.step(state)).state
    const second = codesignJob(config, dear, 1)
    const snapshot = JSON.parse(JSON.stringify(first.pack(state)))
    const resumed = await finish(second, await second.unpack(snapshot))
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked.some(key => key.endsWith(SCHEME_OF['lightpe-1']))).toBe(true)
    expect(figuresOf(resumed.methods[0]!.members)).toEqual(
      figuresOf((await search(config)).methods[0]!.members),
    )
    expect(resumed.methods[0]!.asked).toBe(asked.length)
    expect(asked.length).toBeLessThan(300)
  })

  it('begins with the networks that it is given', async () => {
    const seeds = [family.reference, architectureAt(family, 7)]
    const job = codesignJob(configOf({ seeds }), accuracy, 1)
    const { initial } = (await job.init()).running!.search.config
    const { design } = designGenome(family, accelerators)
    const met = initial.map(genome => design(genome))
    expect(met.map(({ architecture }) => architecture)).toEqual([
      ...Array(8).fill(seeds[0]),
      ...Array(8).fill(seeds[1]),
    ])
    for (const { accelerator } of met) expect(acceleratorAt(accelerators, accelerator).name).toMatch(/^few-/)
  })

  it('has room for the front', async () => {
    const { methods } = await search(configOf({ population: 8, evaluations: 1200 }))
    expect(methods[0]!.population).toBeGreaterThan(8)
    expect(methods[0]!.members.length).toBeGreaterThan(8)
    const capped = await search(configOf({ population: 8, mostPopulation: 10, evaluations: 600 }))
    expect(capped.methods[0]!.members).toHaveLength(10)
    expect(codesignReport(configOf(), capped, accuracy).notes!.join(' ')).toMatch(
      /The front fills the population of 10/,
    )
  })

  it('ends when its front stands still, when its time is up, or when no pair is left', async () => {
    const still = await search(
      configOf({ evaluations: 20_000, stagnation: { generations: 20, tolerance: 1e-3 } }),
    )
    expect(still.methods[0]!.reason).toBe('stagnation')
    expect(still.methods[0]!.evaluated).toBeLessThan(20_000)
    const brief = await search(configOf({ evaluations: 20_000, seconds: 0.01, baselines: true }))
    expect(brief.methods[0]!.reason).toBe('seconds')
    expect(brief.methods[3]!.evaluated).toBe(brief.methods[0]!.evaluated)
    const tiny = { name: 'tiny', knobs: [accelerators.knobs[0]!] }
    const one = { kind: 'nasbench201', operations: ['skip_connect', 'nor_conv_3x3'] } as const
    const config = { ...configOf({ evaluations: 1000 }), family: one, accelerators: tiny }
    const whole = await search({ ...config, reference: Array(6).fill('nor_conv_3x3') })
    expect(whole.methods[0]).toMatchObject({ reason: 'exhausted', evaluated: 128 })
  })
})

describe('the genomes asked of a co-design', () => {
  it('are new and distinct, half of them a network and an accelerator of two parents', () => {
    const { variables, networkVariables, design } = designGenome(family, accelerators)
    const { models, mapping } = configOf()
    const options = { family, accelerators, accuracy, peModel: peModel(models), batch: 1, mapping }
    const own = evaluator(options)
    let state = init(
      { variables, objectives: ['error', 'area'], constraints: [BUILDABLE], population: 40, distinct: 'run' },
      3,
    )
    const told = new Set<string>()
    let exchanged = 0
    for (let generation = 0; generation < 6; generation++) {
      const parents = Array.from({ length: state.population.size }, (_, i) =>
        [...state.population.genomes.subarray(i * variables.length, (i + 1) * variables.length)].join(),
      )
      const halves = (text: string) => {
        const numbers = text.split(',')
        return [numbers.slice(0, networkVariables.length), numbers.slice(networkVariables.length)].map(half =>
          half.join(),
        )
      }
      const [networks, knobs] = [0, 1].map(half => new Set(parents.map(parent => halves(parent)[half]!)))
      const genomes = askDesigns(state, networkVariables.length)
      expect(genomes).toHaveLength(40)
      expect(askDesigns(state, networkVariables.length)).toEqual(genomes)
      for (const genome of genomes) {
        const text = [...genome].join()
        expect(told.has(text)).toBe(false)
        told.add(text)
        const [network, knob] = halves(text)
        if (networks!.has(network!) && knobs!.has(knob!)) exchanged++
      }
      state = tell(
        state,
        genomes.map(genome => ({
          genome,
          ...evaluationOf(own.figures(design(genome)) as Figures, ['error', 'area'], []),
        })),
      )
    }
    expect(exchanged).toBeGreaterThan(50)
  })
})
