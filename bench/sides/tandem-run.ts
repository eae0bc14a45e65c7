import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RunSetup, TandemCall } from '../../src/cli/whole-run.js'
import {
  type JournalLine,
  openRun,
  readJournal,
  readResult,
  runsRoot,
  type TandemResult,
} from '../../src/runs/index.js'
import { openPool, usageText } from '../../src/workers/index.js'
import { type BenchOptions, integerOption, median } from '../bench.js'

/** Whether a run has come to its result. */
export const isDone = (name: string): boolean => existsSync(join(runsRoot(), name, 'result.json'))

export const resultOf = (name: string): TandemResult => readResult(openRun(undefined, name))!

/**
 * Calls `tandem` for each, with its arguments where there is no run of that name; a run that is unfinished is resumed, one
 * that is done left as it is. One after the other, or with `--workers N` side by side, or with `--queue URL` by whoever has
 * joined; then times are not those of an idle machine. After each, `told`. Exit code 3, a bound that is missed, is for the reader of the
 * result to tell; throws an Error for any other.
 */
export async function performAll(
  calls: readonly TandemCall[],
  { workers, queue }: BenchOptions,
  told: () => unknown = () => {},
): Promise<void> {
  const left = calls.filter(({ name }) => !isDone(name))
  if (left.length === 0) return void (await told())
  const threads = workers === undefined ? 0 : integerOption({ workers }, 'workers', 1)
  const pool = await openPool<TandemCall, number>({
    kinds: new URL('../../src/cli/worker-kinds.js', import.meta.url).href,
    work: { kind: 'run', setup: { runs: resolve(runsRoot()) } satisfies RunSetup },
    staff: queue === undefined ? { threads } : { queue },
    say: line => process.stderr.write(`${line}\n`),
  })
  try {
    await Promise.all(
      left.map(async call => {
        const [code] = await pool.evaluate([call])
        if (code !== 0 && code !== 3) throw new Error(`${call.name} ended with exit code ${code}`)
        await told()
      }),
    )
  } finally {
    if (threads > 0 || queue !== undefined) process.stderr.write(`Workers: ${usageText(pool.usage())}.\n`)
    await pool.close()
  }
}

/**
 * Seconds that the epochs of a run took whose journal lines `belongs` names: their number times the median time of one,
 * from the epoch before on, so that a run that lay still for a night is not slow.
 */
export function secondsOf(name: string, belongs: (entry: JournalLine['entry']) => boolean): number {
  const opened = openRun(undefined, name)
  const journal = readJournal(opened)
  const first = journal.findIndex(({ entry }) => belongs(entry))
  const epochs = journal.filter(({ entry }) => belongs(entry))
  const times = [journal[first - 1]?.at ?? opened.started, ...epochs.map(({ at }) => at)].map(Date.parse)
  const gaps = epochs.map((_, i) => (times[i + 1]! - times[i]!) / 1000)
  return gaps.length === 0 ? 0 : gaps.length * median(gaps)
}
