import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RunError } from '../errors.js'
import { readSafetensors, writeSafetensors } from '../network/index.js'
import { sha256 } from '../sha256.js'
import { writeAside } from './disk.js'
import { exactJson } from './exact-json.js'
import type { Snapshot } from './job.js'
import { journalBytes } from './journal.js'
import type { Run } from './run.js'

/** Where a checkpoint stands: steps taken, how long the journal was, and when. */
export interface CheckpointPosition {
  readonly step: number
  readonly journalBytes: number
  /** ISO time. */
  readonly at: string
}

/** Of what checkpoints hold. Another one is refused: what a state means is known to the version that wrote it alone. */
const FORMAT = 1

export interface LoadedCheckpoint extends CheckpointPosition {
  readonly snapshot: Snapshot
  /** Set when the newest checkpoint was damaged and the previous one was taken. */
  readonly warning?: string
}

/** What `current.json` and `previous.json` hold, beside its own checksum. The tensors lie beside them, and nowhere else. */
const schema = z.object({
  format: z.literal(FORMAT),
  step: z.int().nonnegative(),
  journalBytes: z.int().nonnegative(),
  at: z.iso.datetime(),
  tensors: z.object({ file: z.string().regex(/^step-\d+-[0-9a-f]{8}\.safetensors$/), sha256: z.string() }),
  json: z.unknown(),
})

type Body = z.infer<typeof schema>

const folderOf = (run: Run): string => join(run.folder, 'checkpoint')

/**
 * Writes a checkpoint and keeps the one before it: `current.json`, `previous.json` and one safetensors file for
 * each. At no moment is there less than one whole checkpoint on disk.
 */
export function saveCheckpoint(run: Run, snapshot: Snapshot, position: CheckpointPosition): void {
  const folder = folderOf(run)
  mkdirSync(folder, { recursive: true })
  const bytes = writeSafetensors(snapshot.tensors)
  const hash = sha256(bytes)
  const tensors = { file: `step-${position.step}-${hash.slice(0, 8)}.safetensors`, sha256: hash }
  writeAside(join(folder, tensors.file), bytes)
  const body = exactJson.stringify({
    format: FORMAT,
    ...position,
    tensors,
    json: snapshot.json,
  } satisfies Body)
  const text = `{"sha256":"${sha256(body)}","body":${body}}\n`
  if (isWhole(run, 'current.json')) {
    writeAside(join(folder, 'previous.json'), readFileSync(join(folder, 'current.json')))
  }
  writeAside(join(folder, 'current.json'), text)
  tidy(folder)
}

/**
 * The newest checkpoint that is whole, or undefined when none was ever written. Throws RunError when all that
 * is there is damaged, and when it is of another version's format.
 */
export function loadCheckpoint(run: Run): LoadedCheckpoint | undefined {
  const folder = folderOf(run)
  const files = ['current.json', 'previous.json'].filter(file => existsSync(join(folder, file)))
  const damage: string[] = existsSync(join(folder, 'current.json')) ? [] : ['current.json is missing']
  for (const file of files) {
    try {
      const checkpoint = read(run, file)
      if (damage.length === 0) return checkpoint
      const warning = `The newest checkpoint is damaged (${damage[0]}); going on from the previous one, step ${checkpoint.step}.`
      return { ...checkpoint, warning }
    } catch (error) {
      if (error instanceof RunError) throw error
      damage.push((error as Error).message)
    }
  }
  // The first checkpoint comes before the first journal line.
  if (files.length === 0 && journalBytes(run) === 0) return undefined
  throw new RunError(
    `${folder} holds no whole checkpoint: ${damage.join('; ')}. The run cannot be resumed; start it anew under another name.`,
  )
}

/** Steps taken up to the newest checkpoint, read without its tensors; undefined where there is none. */
export function checkpointStep(run: Run): number | undefined {
  for (const file of ['current.json', 'previous.json']) {
    try {
      return parse(run, file).step
    } catch {}
  }
  return undefined
}

function parse(run: Run, file: string): Body {
  const text = readFileSync(join(folderOf(run), file), 'utf8')
  const head = /^\{"sha256":"([0-9a-f]{64})","body":/.exec(text)
  const body = head === null ? '' : text.slice(head[0].length, -2)
  if (head === null || sha256(body) !== head[1]) throw new Error(`${file} does not match its checksum`)
  const parsed = exactJson.parse(body) as { readonly format?: unknown }
  if (typeof parsed === 'object' && parsed.format !== FORMAT)
    throw new RunError(
      `${join(folderOf(run), file)} was written by another version of Tandem (its checkpoints are of format ${parsed.format ?? 0}, this version's of format ${FORMAT}). Continue the run with the version that began it, ${run.versions.tandem}, or start it anew under another name.`,
    )
  const checked = schema.safeParse(parsed)
  if (!checked.success) throw new Error(`${file} is no checkpoint: ${z.prettifyError(checked.error)}`)
  return checked.data
}

function read(run: Run, file: string): LoadedCheckpoint {
  const { step, journalBytes: length, at, tensors, json } = parse(run, file)
  const path = join(folderOf(run), tensors.file)
  if (!existsSync(path)) throw new Error(`${tensors.file} is missing`)
  const { buffer, byteOffset, byteLength } = readFileSync(path)
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  if (sha256(bytes) !== tensors.sha256) throw new Error(`${tensors.file} does not match its checksum`)
  if (journalBytes(run) < length) throw new Error('journal.ndjson is shorter than when it was written')
  return { step, journalBytes: length, at, snapshot: { json, tensors: readSafetensors(bytes).tensors } }
}

function isWhole(run: Run, file: string): boolean {
  try {
    return read(run, file) !== undefined
  } catch {
    return false
  }
}

/** Removes the tensors that neither checkpoint names, and what a killed process left half-written. */
function tidy(folder: string): void {
  const named = ['current.json', 'previous.json']
    .filter(file => existsSync(join(folder, file)))
    .map(file => readFileSync(join(folder, file), 'utf8'))
  for (const file of readdirSync(folder)) {
    const spare = file.endsWith('.safetensors') && !named.some(text => text.includes(`"${file}"`))
    if (spare || file.endsWith('.aside')) rmSync(join(folder, file), { force: true })
  }
}
