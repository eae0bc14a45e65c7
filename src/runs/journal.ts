import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'
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

/** The journal, without a half-written last line. Throws RunError, naming the line, when another one is damaged. */
export function readJournal(run: Run): readonly JournalLine[] {
  if (!existsSync(journalFile(run))) return []
  const lines = readFileSync(journalFile(run), 'utf8').split('\n').slice(0, -1)
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalLine
    } catch {
      throw new RunError(`${journalFile(run)}:${index + 1} is not JSON; remove that line to read the rest`)
    }
  })
}
