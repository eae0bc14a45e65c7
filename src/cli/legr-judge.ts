import { candidateJudge, type LegrOptions, type LoneCandidate } from '../prune/index.js'
import type { ProgressSink } from '../runs/index.js'
import type { Evaluator } from '../workers/index.js'
import { absoluteData } from './absolute-data.js'
import { readSameModel } from './input-model.js'
import { loadModelData } from './model-data.js'
import type { PruneRunConfig } from './prune-run.js'
import { atATime, staffOfRun, staffPool } from './staff-options.js'

/** What losses of LeGR's candidates are set up with. Plain JSON. */
export interface LegrSetup {
  readonly config: PruneRunConfig & { readonly data: string }
  readonly seed: number
}

/**
 * Makes what a worker judges candidates with. Throws InputError for a model that is not there or is another by now, DataError
 * for images that are not there.
 */
export async function createLegrJudge({ config, seed }: LegrSetup): Promise<Evaluator> {
  const model = readSameModel(config.model)
  const dataset = await loadModelData(model, config.data, config.normalization)
  const { loss, dispose } = candidateJudge({ network: model.network, config, dataset, seed })
  return { evaluate: loss, dispose }
}

export interface LegrWorkers {
  readonly judge: LegrOptions['judge']
  note(): string
  close(): Promise<void>
}

/** Lets workers judge the candidates of a ranking, where the configuration says so. */
export async function legrWorkers(
  config: PruneRunConfig,
  seed: number,
  progress: ProgressSink,
): Promise<LegrWorkers | undefined> {
  const { data } = config
  const staff = data === undefined ? undefined : await staffOfRun(config)
  if (data === undefined || staff === undefined) return undefined
  const setup: LegrSetup = { config: { ...config, data: absoluteData(data) }, seed }
  const pool = await staffPool<LoneCandidate, number>(staff, { kind: 'legr', setup }, progress)
  return { judge: { atATime: atATime(staff), losses: pool.evaluate }, note: pool.note, close: pool.close }
}
