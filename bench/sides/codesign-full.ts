import {
  CODESIGN_PLAN,
  type CodesignConfig,
  codesignJob,
  type Design,
  evaluator,
  type Figures,
  familyOf,
  MEASURE_TITLES,
  METHOD_TITLES,
  type Measure,
  mappingFor,
  tableAccuracy,
} from '../../src/codesign/index.js'
import {
  acceleratorAt,
  countAccelerators,
  readAcceleratorSpace,
  readFittedModels,
  readPeModel,
} from '../../src/hardware/index.js'
import { type BenchRow, median, row } from '../bench.js'
import { type CodesignBench, digits } from './codesign-bench.js'
import { trueFront } from './true-front.js'

/** What a designer might ask of a front: the least of one measure within bounds on others. */
const QUESTIONS: readonly {
  readonly least: Measure
  readonly within: Readonly<Partial<Record<Measure, number>>>
}[] = [
  { least: 'error', within: { latency: 1, area: 1 } },
  { least: 'error', within: { latency: 0.3, area: 0.5 } },
  { least: 'latency', within: { error: 0.065, area: 1 } },
  { least: 'area', within: { error: 0.065, latency: 1 } },
]

interface Found {
  readonly design: Design
  readonly figures: Figures
}

function answer(designs: readonly Found[], { least, within }: (typeof QUESTIONS)[number]): Found | undefined {
  const meeting = designs.filter(({ figures }) =>
    Object.entries(within).every(([measure, bound]) => figures[measure as Measure] <= bound),
  )
  return meeting.reduce<Found | undefined>(
    (best, each) => (best === undefined || each.figures[least] < best.figures[least] ? each : best),
    undefined,
  )
}

/** All cells and a large space: co-design beside its baselines, and what a designer would pick from each. */
export async function full({
  table,
  seeds,
  evaluations,
  write,
}: CodesignBench): Promise<readonly BenchRow[]> {
  const objectives: readonly Measure[] = ['error', 'latency', 'area']
  const family = familyOf({ kind: 'nasbench201' })
  const accelerators = readAcceleratorSpace('accelerator-study')
  const accuracy = tableAccuracy(table, family)
  const mapping = mappingFor(objectives, [])
  const options = { family, accelerators, accuracy, peModel: readPeModel(), batch: 1, mapping }
  const truth = trueFront(family, countAccelerators(accelerators), evaluator(options), objectives)
  const config: CodesignConfig = {
    ...{ family: { kind: 'nasbench201' }, accelerators, models: readFittedModels(), accuracy: table },
    ...{ objectives, constraints: [], mapping, batch: 1, seeds: [], reference: family.reference },
    plan: { ...CODESIGN_PLAN, evaluations },
  }
  const shares = new Map<string, number[]>()
  const picks: (readonly (string | number)[])[] = []
  const fronts: Found[][] = []
  for (let seed = 0; seed < seeds; seed++) {
    const job = codesignJob(config, accuracy, seed)
    let state = await job.init()
    while (!job.done(state)) state = (await job.step(state)).state
    for (const { method, members } of (await job.result(state)).methods) {
      const title = METHOD_TITLES[method]
      const points = members.map(({ figures }) => objectives.map(measure => figures[measure]))
      shares.set(title, [...(shares.get(title) ?? []), truth.share(points)])
      for (const [q, question] of QUESTIONS.entries())
        picks.push(pickLine(title, seed, q, answer(members, question)))
      if (seed === 0) fronts.push([...members])
    }
  }
  for (const [q, question] of QUESTIONS.entries())
    picks.push(pickLine('true front', '', q, answer(truth.designs, question)))
  function pickLine(title: string, seed: number | string, q: number, found: Found | undefined) {
    const { least, within } = QUESTIONS[q]!
    const asked = `least ${least} within ${Object.entries(within)
      .map(pair => pair.join(' '))
      .join(' and ')}`
    if (found === undefined) return [title, seed, asked, '', '', '', '', '', '']
    const { design, figures } = found
    const { peType, rows, columns } = acceleratorAt(accelerators, design.accelerator)
    const numbers = objectives.map(measure => digits(figures[measure]))
    return [title, seed, asked, ...numbers, peType, `${rows}x${columns}`, family.format(design.architecture)]
  }
  write.csv(
    'codesign-picks',
    ['method', 'seed', 'asked', 'error', 'latency_ms', 'area_mm2', 'pe_type', 'array', 'network'],
    picks,
  )
  write.csv(
    'codesign-full',
    ['method', 'evaluations', 'pairs', 'true_front', 'seeds', 'min', 'median', 'max'],
    [...shares].map(([title, values]) => [
      ...[title, evaluations, truth.pairs, truth.designs.length, seeds],
      ...[Math.min(...values), median(values), Math.max(...values)].map(digits),
    ]),
  )
  await write.figure('codesign-fronts', 'Fronts', frontChart([...fronts, [...truth.designs]], objectives))
  const [[, joint], ...others] = [...shares] as [[string, number[]], ...[string, number[]][]]
  return others.map(([title, values]) =>
    row(
      `share of the true front’s hypervolume after ${evaluations} of ${truth.pairs} (${title})`,
      median(joint),
      median(values),
    ),
  )
}

/** Error against latency: at each, the least that a front has. */
function frontChart(fronts: readonly (readonly Found[])[], [y, x]: readonly Measure[]) {
  const names = [...Object.values(METHOD_TITLES), 'true front']
  const values = fronts.flatMap((designs, i) => {
    let least = Infinity
    const sorted = [...designs].sort((a, b) => a.figures[x!] - b.figures[x!] || a.figures[y!] - b.figures[y!])
    const better = sorted.filter(({ figures }) => {
      if (figures[y!] >= least) return false
      least = figures[y!]
      return true
    })
    return better.map(({ figures }) => ({ front: names[i]!, x: figures[x!], y: figures[y!] }))
  })
  return {
    data: { values },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5 },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: MEASURE_TITLES[x!],
        scale: { type: 'log', nice: false, padding: 10 },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: MEASURE_TITLES[y!],
        axis: { format: '.0%' },
        scale: { zero: false },
      },
      color: { field: 'front', type: 'nominal', title: null, sort: names, legend: { columns: 3 } },
    },
  }
}
