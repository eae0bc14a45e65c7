import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalLine } from './journal.js'
import type { Run } from './run.js'

/** What a journal has grown by. */
export interface JournalGrowth {
  readonly lines: readonly JournalLine[]
  /** The journal is shorter than it was: a run goes on from a checkpoint. These lines are its first ones. */
  readonly again: boolean
  /** There is more to read at once. */
  readonly more: boolean
}

const CHUNK = 1 << 20
const NEWLINE = 0x0a

/**
 * Reads a journal as it grows: every call gives whole lines that came since the one before, of a megabyte at most,
 * and no byte is read twice but those of a line that is still being written. A damaged line is passed over.
 */
export function journalTail(run: Run, chunk = CHUNK): () => Promise<JournalGrowth> {
  const file = join(run.folder, 'journal.ndjson')
  let offset = 0
  return async () => {
    const handle = await open(file).catch(() => undefined)
    if (handle === undefined) return { lines: [], again: false, more: false }
    try {
      const { size } = await handle.stat()
      const again = size < offset
      if (again) offset = 0
      const text = await wholeLines(handle, offset, Math.min(chunk, size - offset), size)
      offset += text.length
      return {
        lines: text.toString('utf8').split('\n').flatMap(parsed),
        again,
        more: text.length > 0 && offset < size,
      }
    } finally {
      await handle.close()
    }
  }
}

/** From `offset` on, up to the last line break within `length`, or further where one line is longer than that. */
async function wholeLines(handle: FileHandle, offset: number, length: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
  const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1
  if (end > 0 || offset + length >= size) return buffer.subarray(0, end)
  return wholeLines(handle, offset, Math.min(2 * length, size - offset), size)
}

function parsed(text: string): readonly JournalLine[] {
  try {
    const line = JSON.parse(text) as JournalLine | null
    return typeof line?.step === 'number' && typeof line.entry === 'object' && line.entry !== null
      ? [line]
      : []
  } catch {
    return []
  }
}
