import type { Command } from 'commander'
import { InfeasibleError, InputError, InterruptedError, RunError } from '../errors.js'
import type { Run } from '../runs/index.js'
import { outputOptions, type ResumeOptions } from './long-command.js'
import { resumeRun } from './resumers.js'
import type { FrameOptions } from './with-run.js'

/** `tandem runs retry`: failed runs once more, when what made them fail is mended. */
export function register(runs: Command): void {
  outputOptions(
    runs.command('retry [run]').option('--failed', 'every run that has failed, one after another'),
  )
    .description(
      'try a failed run again: from its last checkpoint, or from the beginning where none is whole',
    )
    .action(async (name: string | undefined, options: ResumeOptions & { failed?: boolean }) => {
      const { failed, ...rest } = options
      if ((name === undefined) === (failed === undefined))
        throw new InputError('Name the run that is to be tried again, or give --failed for all that have')
      if (name !== undefined) await retryRun(name, rest)
      else await retryAll(rest)
    })
}

/** Throws InputError for a run that has not failed, and whatever makes it fail again. */
async function retryRun(name: string, options: FrameOptions): Promise<Run> {
  const { openRun, resumeCommand, runState, setDamagedAside } = await import('../runs/index.js')
  const run = openRun(undefined, name)
  const state = runState(run)
  if (state === 'interrupted')
    throw new InputError(
      `Run ${name} was interrupted and has not failed; continue it with: ${resumeCommand(name)}`,
    )
  if (state !== 'failed') throw new InputError(`Run ${name} is ${state} and has not failed.`)
  const note = await setDamagedAside(run)
  if (note !== undefined && !options.quiet) process.stderr.write(`${note}\n`)
  await resumeRun(run, options)
  return run
}

/**
 * Tries every failed run, the oldest first; one that fails again does not keep the others from it. Throws RunError where
 * one does, and else InfeasibleError where nothing meets what one was asked; the first Ctrl-C ends it all.
 */
async function retryAll(options: ResumeOptions): Promise<void> {
  const { listRuns, readResult } = await import('../runs/index.js')
  const failed = listRuns(undefined, { state: 'failed' })
  const again: string[] = []
  const infeasible: string[] = []
  const done: Run[] = []
  for (const { name } of failed) {
    try {
      done.push(await retryRun(name, { ...options, print: !options.json }))
    } catch (error) {
      if (error instanceof InterruptedError) throw error
      const { message, stack } = error as Error
      process.stderr.write(`${name}: ${(options.debug && stack) || message}\n`)
      ;(error instanceof InfeasibleError ? infeasible : again).push(name)
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(done.map(readResult), null, 2)}\n`)
  else
    process.stdout.write(`${failed.length} failed runs tried again: ${failed.length - again.length} done\n`)
  if (again.length > 0)
    throw new RunError(`Failed again: ${again.join(', ')}. Why: tandem runs show ${again[0]}`)
  if (infeasible.length > 0)
    throw new InfeasibleError(`Nothing meets what was asked of ${infeasible.join(', ')}.`)
}
