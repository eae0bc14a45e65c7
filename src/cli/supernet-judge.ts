import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Pair, Scheme, SupernetSource } from '../codesign/index.js'
import { type SupernetConfig, type SupernetJudge, supernetNetworks } from '../codesign/supernet-index.js'
import { loadDataset } from '../data/index.js'
import { InputError } from '../errors.js'
import { readSafetensors, type Weights, writeSafetensors } from '../network/index.js'
import { onDisk, type ProgressSink, type Run } from '../runs/index.js'
import type { Space } from '../search/index.js'
import { sha256 } from '../sha256.js'
import type { Evaluator, Staff } from '../workers/index.js'
import { absoluteData } from './absolute-data.js'
import { givenSupernet } from './one-shot-options.js'
import { type StaffPool, staffPool } from './staff-options.js'

interface TunedFile {
  readonly file: string
  readonly sha256: string
}

/** What accuracies from a supernet are set up with. Plain JSON. */
export interface JudgeSetup {
  readonly space: Space
  readonly source: SupernetSource
  /** Weights that were tuned for a scheme. */
  readonly tuned: Readonly<Partial<Record<Scheme, TunedFile>>>
}

/**
 * Makes what a worker judges networks of a supernet with: accuracies of pairs, one at a time. Throws InputError for a file that
 * is not there or is another than at first, DataError for images that are not there.
 */
export async function createJudge({ space, source, tuned }: JudgeSetup): Promise<Evaluator> {
  const shared = (await givenSupernet({ supernet: source }, space))!()
  const own = Object.fromEntries(Object.entries(tuned).map(([scheme, file]) => [scheme, readTuned(file)]))
  const dataset = await loadDataset(source.data)
  const weights = (scheme: Scheme): Weights => own[scheme] ?? shared
  const { accuracy } = supernetNetworks({ space, source, dataset, weights })
  return { evaluate: (pair: Pair) => accuracy(pair) }
}

function readTuned({ file, sha256: expected }: TunedFile): Weights {
  const bytes = existsSync(file) ? readFileSync(file) : undefined
  if (bytes && sha256(bytes) === expected) return readSafetensors(bytes).tensors
  throw new InputError(`${file}: ${bytes ? 'is another than at first' : 'no such file'}; the run writes it`)
}

export interface WorkersJudge {
  readonly judge: SupernetJudge
  /** How busy the workers were, once there was something to judge. */
  note(): string | undefined
  close(): Promise<void>
}

/**
 * Lets workers judge the networks of a supernet. They read the supernet, the images and what was tuned, which is put into the
 * run folder, at the same paths as this process.
 */
export function workersJudge(
  run: Run,
  { family: { space }, accuracy: source }: SupernetConfig,
  staff: Staff,
  progress: ProgressSink,
): WorkersJudge {
  let pool: Promise<StaffPool<Pair, number>> | undefined
  let opened: StaffPool<Pair, number> | undefined

  const open = async (own: ReadonlyMap<Scheme, Weights>): Promise<StaffPool<Pair, number>> => {
    const tuned = Object.fromEntries(
      [...own].map(([scheme, weights]) => [scheme, write(run, scheme, weights)]),
    )
    const setup: JudgeSetup = { space, source: { ...source, data: absoluteData(source.data) }, tuned }
    opened = await staffPool<Pair, number>(staff, { kind: 'supernet', setup }, progress)
    return opened
  }
  return {
    judge: own => async pairs => {
      pool ??= open(own)
      return (await pool).evaluate(pairs)
    },
    note: () => opened?.note(),
    close: async () => opened?.close(),
  }
}

function write(run: Run, scheme: Scheme, weights: Weights): TunedFile {
  const file = resolve(join(run.folder, 'tuned', `${scheme}.safetensors`))
  const bytes = writeSafetensors(weights)
  onDisk(run, () => {
    mkdirSync(join(run.folder, 'tuned'), { recursive: true })
    writeFileSync(file, bytes)
  })
  return { file, sha256: sha256(bytes) }
}
