import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setInterval, setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import { random } from '../../../src/random.js'
import { loadCheckpoint, openRun, readJournal, readResult, runState } from '../../../src/runs/index.js'
import { type Started, start, tandem } from '../tandem-process.js'
import { essence } from './essence.js'

/** A long command on something tiny, to be stopped again and again. */
export interface LongCase {
  /** Of the run that is left alone; `<name>-disturbed` is the other one. */
  readonly name: string
  /** What starts a run of that name; what needs a run folder with more than options can say makes it here. */
  readonly begin: (run: string) => readonly string[]
  /** Share of the journal after which Ctrl-C comes; the deadline then finds the run there. */
  readonly stopAt?: number
  /** What it then says besides. */
  readonly early?: RegExp
  /** What it says where there is nothing to give yet. */
  readonly nothingYet?: RegExp
}

/** A command with its options, to be begun under a name. */
export const named =
  (argv: readonly string[]) =>
  (run: string): readonly string[] => [...argv, '--run', run]

/** Longer than any of them takes on a machine that has much else to do. */
export const PATIENCE = 900_000

/** Steps are safe almost as they are taken, so that a kill loses little and every resumption begins somewhere else. */
const OFTEN = { TANDEM_CHECKPOINT_SECONDS: '0.1' }

/**
 * Does a command twice: left alone; and stopped by Ctrl-C, ended by a deadline, killed while it works and killed while it
 * ends, each time to be resumed from where it was. Everything that it leaves behind must be the same.
 */
export async function expectSameHoweverDisturbed(given: LongCase, root: string): Promise<void> {
  const { name, begin, stopAt = 0.3 } = given
  const disturbed = `${name}-disturbed`
  const whole = await tandem(begin(name), root, OFTEN)
  expect([0, 3], whole.stderr).toContain(whole.code)
  const lines = readJournal(openRun(root, name))
  const moments = random(1, 'disturbed', name)
  const at = (share: number) => Math.max(1, Math.floor(share * lines.length))
  const resume = (...more: string[]) => start(['runs', 'resume', disturbed, ...more], root, OFTEN)

  const where = { root, name: disturbed }
  const first = start(begin(disturbed), root, OFTEN)
  await expectInterrupted(first, { ...where, lines: at(stopAt) })
  await expectEndedEarly(resume('--for', '1ms'), { ...where, ...given, name: disturbed })

  const working = resume()
  await journalled(working, join(root, disturbed), at(stopAt + 0.1 + (0.8 - stopAt) * moments.uniform()))
  working.child.kill('SIGKILL')
  expect((await working.ended).code, 'it had ended before it was killed').toBe(null)

  const ending = resume()
  await journalled(ending, join(root, disturbed), lines.length)
  await setTimeout(400 * moments.uniform())
  ending.child.kill('SIGKILL')
  await ending.ended

  const last = await resume().ended
  expect(last.code, last.stderr).toBe(whole.code)
  expect(essence(root, disturbed)).toEqual(essence(root, name))
}

interface Where {
  readonly root: string
  readonly name: string
}

/** Ctrl-C ends a command after the step in hand, with code 130, a checkpoint and the command that resumes it. */
export async function expectInterrupted(
  started: Started,
  { root, name, lines }: Where & { readonly lines: number },
): Promise<void> {
  await journalled(started, join(root, name), lines)
  started.child.kill('SIGINT')
  const { code, stderr } = await started.ended
  expect(code, stderr).toBe(130)
  expect(stderr).toMatch(new RegExp(`Interrupted at \\d+ of \\d+; .*tandem runs resume ${name}\n`))
  const run = openRun(root, name)
  expect(runState(run)).toBe('interrupted')
  expect(loadCheckpoint(run)!.step).toBeGreaterThan(0)
}

/** A deadline ends a command with a result that says so and the files that it names; or says what is missing. */
export async function expectEndedEarly(
  started: Started,
  { root, name, early = /./, nothingYet }: Where & Pick<LongCase, 'early' | 'nothingYet'>,
): Promise<void> {
  const run = openRun(root, name)
  const { code, stderr } = await started.ended
  if (nothingYet) {
    expect(stderr).toMatch(nothingYet)
    expect(stderr).toMatch(/The deadline has passed, and there is nothing to give yet: .*tandem runs resume/)
    expect([code, runState(run)]).toEqual([1, 'interrupted'])
    return
  }
  expect([0, 3], stderr).toContain(code)
  expect(stderr).toMatch(early)
  expect(stderr).toMatch(/Ended early, at its deadline: .*tandem runs resume/)
  const { endedEarly, solutions } = readResult(run)!
  expect(endedEarly!.done).toBeLessThan(endedEarly!.total)
  for (const { files = {} } of solutions)
    for (const file of Object.values(files)) expect(existsSync(join(run.folder, file!)), file).toBe(true)
}

/** Resolves once the journal has so many lines, or the command has ended. */
async function journalled({ ended }: Started, folder: string, lines: number): Promise<void> {
  const journal = join(folder, 'journal.ndjson')
  let over = false
  void ended.then(() => {
    over = true
  })
  let size = -1
  for await (const _ of setInterval(3)) {
    const now = statSync(journal, { throwIfNoEntry: false })?.size ?? 0
    if (over) return
    if (now === size) continue
    size = now
    if (readJournal({ folder } as Parameters<typeof readJournal>[0]).length >= lines) return
  }
}
