import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { RunError } from '../errors.js'
import type { JournalEntry } from './job.js'
import type { Run } from './run.js'

/** One line of journal.ndjson. Only `at` differs between two runs of equal seed and config. */
export interface JournalLine {
  readonly step: number
  readonly entry: JournalEntry
  /** ISO time of writing. */
  readonly at: string
}

const journalFile = (run: Run): string => join(run.folder, 'journal.ndjson')

/** `now` gives the time of writing. */
export function appendJournal(
  run: Run,
  step: number,
  entries: readonly JournalEntry[],
  now: () => string,
): void {
  if (entries.length === 0) return
  const at = now()
  appendFileSync(journalFile(run), entries.map(entry => `${JSON.stringify({ step, entry, at })}\n`).join(''))
}

/** Bytes in the journal. */
export function journalBytes(run: Run): number {
  return existsSync(journalFile(run)) ? statSync(journalFile(run)).size : 0
}

/** Flushes the journal to disk. */
export function syncJournal(run: Run): void {
  if (!existsSync(journalFile(run))) return
  const handle = openSync(journalFile(run), 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Forgets everything after the first `bytes`: the steps that a resumed run will take again. */
export function cutJournal(run: Run, bytes: number): void {
  if (journalBytes(run) > bytes) truncateSync(journalFile(run), bytes)
}

const CHUNK = 1 << 20

/**
 * The journal line after line, however long it is, without a half-written last one. Throws RunError, naming the line, when
 * another one is damaged.
 */
export function* journalLines(run: Run): Generator<JournalLine, void, undefined> {
  const file = journalFile(run)
  if (!existsSync(file)) return
  const handle = openSync(file, 'r')
  try {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const decoder = new StringDecoder('utf8')
    let open = ''
    let number = 0
    for (let bytes = readSync(handle, chunk); bytes > 0; bytes = readSync(handle, chunk)) {
      const lines = (open + decoder.write(chunk.subarray(0, bytes))).split('\n')
      open = lines.pop()!
      for (const line of lines) yield parsed(line, file, ++number)
    }
  } finally {
    closeSync(handle)
  }
}

/** All of `journalLines` at once: for journals that are known to be short. */
export const readJournal = (run: Run): readonly JournalLine[] => [...journalLines(run)]

function parsed(line: string, file: string, number: number): JournalLine {
  try {
    return JSON.parse(line) as JournalLine
  } catch {
    throw new RunError(`${file}:${number} is not JSON; remove that line to read the rest`)
  }
}
