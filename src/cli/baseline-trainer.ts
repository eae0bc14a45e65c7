import { loadDataset } from '../data/index.js'
import { readSafetensors, writeSafetensors } from '../network/index.js'
import type { ProgressSink } from '../runs/index.js'
import {
  type BaselineTrainers,
  baselineTrainer,
  type NamedArchitecture,
  type SearchConfig,
  type TrainedCandidate,
} from '../search/index.js'
import type { Evaluator } from '../workers/index.js'
import { absoluteData } from './absolute-data.js'
import { atATime, type StaffOptions, type StaffPool, staffOfRun, staffPool } from './staff-options.js'
import type { Session } from './with-run.js'

/** What baselines of a search are trained with. Plain JSON. */
export interface BaselineSetup {
  readonly config: SearchConfig
  readonly seed: number
}

/** A trained network as it comes back; `weights` is a safetensors file in base64. */
interface Sent extends Omit<TrainedCandidate, 'weights'> {
  readonly weights: string
}

/** Makes what a worker trains baselines with. Throws DataError for images that are not there. */
export async function createBaselineTrainer({ config, seed }: BaselineSetup): Promise<Evaluator> {
  const { train, close } = baselineTrainer(config, await loadDataset(config.data), seed)
  return {
    async evaluate(candidate: NamedArchitecture): Promise<Sent> {
      const { weights, ...rest } = await train(candidate)
      return { ...rest, weights: Buffer.from(writeSafetensors(weights)).toString('base64') }
    },
    dispose: close,
  }
}

/** The session of a search, and who trains its baselines. */
export interface SearchSession extends Session {
  readonly others: BaselineTrainers | undefined
}

export interface BaselineWorkers {
  readonly others: BaselineTrainers
  /** How busy the workers were, once there was something to train. */
  note(): string | undefined
  close(): Promise<void>
}

/** Lets workers train the baselines of a search, where the configuration says so. They are called when the found network is trained. */
export async function baselineWorkers(
  config: SearchConfig & StaffOptions,
  seed: number,
  progress: ProgressSink,
): Promise<BaselineWorkers | undefined> {
  const staff = await staffOfRun(config)
  if (staff === undefined) return undefined
  const setup: BaselineSetup = { config: { ...config, data: absoluteData(config.data) }, seed }
  let opened: StaffPool<NamedArchitecture, Sent> | undefined
  return {
    others: {
      atATime: atATime(staff),
      async train(candidates) {
        opened ??= await staffPool(staff, { kind: 'baseline', setup }, progress)
        const trained = await opened.evaluate(candidates)
        return trained.map(({ weights, ...rest }) => ({
          ...rest,
          weights: readSafetensors(Buffer.from(weights, 'base64')).tensors,
        }))
      },
    },
    note: () => opened?.note(),
    close: async () => opened?.close(),
  }
}
