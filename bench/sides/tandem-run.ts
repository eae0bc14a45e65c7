import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import {
  type JournalLine,
  openRun,
  readJournal,
  readResult,
  runsRoot,
  type TandemResult,
} from '../../src/runs/index.js'
import { median } from '../bench.js'

/** Whether a run has come to its result. */
export const isDone = (name: string): boolean => existsSync(join(runsRoot(), name, 'result.json'))

export const resultOf = (name: string): TandemResult => readResult(openRun(undefined, name))!

/**
 * Calls `tandem`, with `args` where there is no run of that name; one that is unfinished is resumed, one that is done
 * left as it is. Exit code 3, a bound that is missed, is for the reader of the result to tell.
 */
export function perform(name: string, args: readonly string[]): void {
  if (isDone(name)) return
  const begun = existsSync(join(runsRoot(), name))
  const command = begun ? ['runs', 'resume', name] : [...args, '--run', name]
  const main = join(packageRoot, 'dist', 'src', 'cli', 'main.js')
  const { status } = spawnSync(process.execPath, [main, ...command, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0 && status !== 3) throw new Error(`${name} ended with exit code ${status}`)
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
