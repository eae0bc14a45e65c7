import { NothingYetError } from '../errors.js'
import {
  ask as askGenomes,
  domainOf,
  drawGenome,
  type Front,
  front,
  type Genome,
  init,
  type State,
  stopReason,
  tell,
} from '../evolve/index.js'
import { peModel } from '../hardware/index.js'
import { random } from '../random.js'
import type { Job, StepReport } from '../runs/index.js'
import type { AccuracyModel, Pair } from './accuracy-model.js'
import { askDesigns } from './ask-designs.js'
import { type CodesignConfig, MOST_REMEMBERED } from './codesign-config.js'
import { type CodesignResult, methodResult } from './codesign-result.js'
import {
  type CodesignState,
  type EndReason,
  type FinishedMethod,
  packCodesign,
  type RunningMethod,
  unpackCodesign,
} from './codesign-state.js'
import { type Effort, effortSince, NO_EFFORT } from './effort.js'
import { type Evaluator, evaluator } from './evaluator.js'
import { familyOf } from './family-of.js'
import { designGenome } from './genome.js'
import { growPopulation } from './grow-population.js'
import { logVolume, MOST_OBJECTIVES } from './log-volume.js'
import {
  METHOD_TITLES,
  METHODS,
  type Method,
  type Stage,
  type StageParts,
  stageOf,
  stagesOf,
} from './method.js'

import { recordVolume } from './volume-history.js'

/** Pairs that a dear accuracy model is asked for in one step. */
const ASKED_AT_ONCE = 8

/**
 * Co-design as a job: a step is one generation of the joint search and then, where asked, of each baseline with as many
 * evaluations. Where accuracies are dear, steps before it ask for those that the generation needs. Besides `effort` (seconds and cache misses), equal configs and seeds give equal results,
 * stopped and resumed or not.
 */
export function codesignJob(
  config: CodesignConfig,
  accuracy: AccuracyModel,
  seed: number,
): Job<CodesignState, CodesignResult> {
  const { plan, objectives } = config
  const family = familyOf(config.family)
  const genome = designGenome(family, config.accelerators)
  const model = peModel(config.models)
  const methods = plan.baselines ? METHODS : METHODS.slice(0, 1)

  const tools = (accuracies: CodesignState['accuracies']): StageParts => {
    const { accelerators, batch, mapping } = config
    const known = new Map(accuracies)
    const options = { family, accelerators, batch, mapping, peModel: model, accuracy, accuracies: known }
    return { config, genome, seed, evaluator: evaluator(options) }
  }
  let parts = tools([])

  const begin = (state: Omit<CodesignState, 'running'>, before?: RunningMethod): CodesignState => {
    const method = methods[state.finished.length]
    if (method === undefined) return state
    const index = before === undefined ? 0 : before.stage + 1
    const carried = before === undefined ? [] : front(before.search).members.map(({ genome }) => [...genome])
    const spent = before?.search.evaluated ?? 0
    const stage = stageOf(method, index, carried, parts)
    const left = budgetOf(config, state) - spent
    const evaluations = stage.share === 1 ? left : Math.max(1, Math.floor(stage.share * left))
    const { seconds, stagnation } = plan
    const search = init(
      {
        ...stage.question,
        population: plan.population,
        distinct: evaluations <= MOST_REMEMBERED ? 'run' : 'population',
        initial: stage.initial,
        termination: {
          evaluations,
          ...(method === 'joint' && seconds !== undefined && { seconds }),
          ...(method === 'joint' && stagnation && { stagnation }),
        },
      },
      method === 'joint' ? seed : random(seed, 'method', method, index).integer(2 ** 31),
    )
    const { impossible = 0, asked = 0, history = [], effort = NO_EFFORT } = before ?? {}
    return {
      ...state,
      running: { stage: index, search, carried, before: spent, impossible, asked, history, effort },
    }
  }

  /** Ends a stage: on to the next, or to the next method. */
  const end = (state: CodesignState, running: RunningMethod, method: Method, reason: EndReason) => {
    const { running: _, ...rest } = state
    if (running.stage + 1 < stagesOf(method)) return { state: begin(rest, running), report: {} }
    const finished = finish(running, method, reason, parts)
    const { evaluated, genomes, feasible } = finished
    const found = feasible ? `a front of ${genomes.length}` : 'nothing that meets every constraint'
    const line = `${METHOD_TITLES[method]}: ${evaluated.toLocaleString('en-US')} evaluations, ${found}, ended by ${reason}`
    const report: StepReport = { entries: [{ entry: { method, evaluated, reason, ended: true }, line }] }
    return { state: begin({ ...rest, finished: [...state.finished, finished] }), report }
  }

  /** Asks for some of the accuracies that a generation needs, and keeps them. */
  const ask = async (
    state: CodesignState,
    { running, pairs, effort }: { running: RunningMethod; pairs: readonly Pair[]; effort: () => Effort },
  ) => {
    const some = pairs.slice(0, ASKED_AT_ONCE)
    await parts.evaluator.learn(some)
    const accuracies = [...parts.evaluator.accuracies]
    const entries = accuracies.slice(-some.length).map(([pair, accuracy]) => ({ entry: { pair, accuracy } }))
    return {
      state: {
        ...{ ...state, accuracies },
        running: { ...running, asked: running.asked + some.length, effort: effort() },
      },
      report: { entries },
    }
  }

  return {
    init: async () => begin({ finished: [], accuracies: [] }),
    async step(state) {
      const running = state.running!
      const method = methods[state.finished.length]!
      const stage = stageOf(method, running.stage, running.carried, parts)
      const [start, before] = [performance.now(), { ...parts.evaluator.counts() }]
      const genomes = genomesOf(method, running.search, genome.networkVariables.length)
      if (genomes.length === 0) return end(state, running, method, 'exhausted')
      const unknown = stage.unknown(genomes)
      const effort = () => effortSince(running.effort, start, before, parts.evaluator.counts())
      if (unknown.length > 0) return ask(state, { running, pairs: unknown, effort })
      const evaluations = await Promise.all(genomes.map(stage.evaluate))
      const evaluated = evaluations.map((evaluation, i) => ({ genome: genomes[i]!, ...evaluation }))
      const search = growPopulation(tell(running.search, evaluated), plan.mostPopulation)
      const whole = stage.question.objectives.join() === objectives.join()
      const reference = state.reference ?? (whole ? worstOf(search) : undefined)
      const volume = await volumeOf(front(search), whole ? undefined : stage, reference, parts)
      const count = running.before + search.evaluated
      const latest = volume === undefined ? undefined : { evaluated: count, hypervolume: volume }
      const next: RunningMethod = {
        ...running,
        search,
        impossible:
          running.impossible +
          evaluated.filter(({ constraints }) => constraints![constraints!.length - 1]! > 0).length,
        ...(latest && { latest, history: recordVolume(running.history, latest, budgetOf(config, state)) }),
        effort: effort(),
      }
      const advanced: CodesignState = {
        ...state,
        running: next,
        ...(reference && { reference }),
      }
      const { generation, feasible, front: size } = search.history.at(-1)!
      const entry = {
        ...{ method, stage: running.stage, generation, evaluated: count, feasible, front: size },
        ...(volume !== undefined && { hypervolume: volume }),
      }
      const line = `${METHOD_TITLES[method]}: ${count.toLocaleString('en-US')} evaluations, a front of ${size}`
      // Where a generation takes its time.
      const told = { entry, ...(accuracy.dear && { line }) }
      const reason = stopReason(search, next.effort.seconds) as EndReason | undefined
      if (reason === undefined) return { state: advanced, report: { entries: [told] } }
      const ended = end(advanced, next, method, reason)
      return { state: ended.state, report: { entries: [told, ...(ended.report.entries ?? [])] } }
    },
    done: ({ running }) => running === undefined,
    async result({ finished, running, reference }) {
      const stopped = running && finish(running, methods[finished.length]!, 'deadline', parts)
      const all = stopped && stopped.evaluated > 0 ? [...finished, stopped] : finished
      if (all.length === 0) throw new NothingYetError('the first generation has not been evaluated')
      const results = all.map(each => methodResult(each, config, genome, parts.evaluator))
      return { methods: await Promise.all(results), ...(reference && { reference }) }
    },
    pack: packCodesign,
    async unpack(snapshot) {
      const state = unpackCodesign(snapshot)
      parts = tools(state.accuracies)
      return state
    },
    progress({ finished, running }) {
      const done = finished.reduce((sum, { evaluated }) => sum + evaluated, 0)
      const each = budgetOf(config, { finished })
      const method = methods[Math.min(finished.length, methods.length - 1)]!
      return {
        done: done + (running ? running.before + running.search.evaluated : 0),
        total: each * methods.length,
        label: METHOD_TITLES[method],
      }
    },
  }
}

/** Evaluations that a method may use: as asked, and for those after the first as many as that one used. */
const budgetOf = ({ plan }: CodesignConfig, { finished }: Pick<CodesignState, 'finished'>): number =>
  finished[0]?.evaluated ?? plan.evaluations

function genomesOf(method: Method, search: State, networkVariables: number): readonly Genome[] {
  if (method === 'random') return drawn(search)
  return method === 'joint' ? askDesigns(search, networkVariables) : askGenomes(search)
}

/** Uniform genomes, as many as NSGA-II would ask. */
function drawn({ config, seed, generation, evaluated }: State): readonly Genome[] {
  const domains = config.variables.map(domainOf)
  const count = Math.min(config.offspring, (config.termination.evaluations ?? Infinity) - evaluated)
  return Array.from({ length: count }, (_, i) => {
    const genome = new Float64Array(domains.length)
    drawGenome(genome, domains, random(seed, 'uniform', generation, i))
    return genome
  })
}

/** The largest of every objective in a population, of what can be built; undefined where nothing can. */
function worstOf({ config, population }: State): readonly number[] | undefined {
  const width = config.objectives.length
  const worst = new Array<number>(width).fill(-Infinity)
  for (const [i, value] of population.objectives.entries())
    if (value < Infinity) worst[i % width] = Math.max(worst[i % width]!, value)
  return worst[0] === -Infinity ? undefined : worst
}

/** Hypervolume of a front of up to three objectives; where a stage has objectives of its own, of its designs. */
async function volumeOf(
  { feasible, members }: Front,
  stage: Stage | undefined,
  reference: readonly number[] | undefined,
  { config: { objectives }, evaluator }: { config: CodesignConfig; evaluator: Evaluator },
): Promise<number | undefined> {
  if (objectives.length > MOST_OBJECTIVES) return undefined
  if (!feasible || reference === undefined || (stage && !stage.design)) return 0
  const points = await Promise.all(
    members.map(async ({ genome, objectives: own }) => {
      if (stage === undefined) return own
      const figures = await evaluator.figures(stage.design!(genome))
      return objectives.map(measure => ('obstacles' in figures ? Infinity : figures[measure]))
    }),
  )
  return logVolume(points, reference)
}

/** What a method came to. */
function finish(
  { stage: index, search, carried, before, impossible, asked, history, latest, effort }: RunningMethod,
  method: Method,
  reason: EndReason,
  parts: StageParts,
): FinishedMethod {
  const stage = stageOf(method, index, carried, parts)
  const { feasible, members } = front(search)
  const { design } = stage
  const genomes = design ? members.map(({ genome }) => [...parts.genome.genome(design(genome))]) : []
  const ended = latest !== undefined && latest.evaluated > (history.at(-1)?.evaluated ?? 0)
  return {
    ...{ method, feasible: feasible && design !== undefined, genomes },
    ...{ evaluated: before + search.evaluated, impossible, asked },
    ...{ population: search.config.population, reason, effort },
    history: ended ? [...history, latest] : history,
  }
}
