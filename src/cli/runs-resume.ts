import type { Command } from 'commander'
import { deadlineOption, outputOptions, type ResumeOptions } from './long-command.js'
import { resumeRun } from './resumers.js'

/** `tandem runs resume`: goes on with a run from its last checkpoint. */
export function register(runs: Command): void {
  outputOptions(deadlineOption(runs.command('resume <run>')))
    .description('go on from the last checkpoint; the result is that of an undisturbed run')
    .action(async (name: string, options: ResumeOptions) => {
      const { openRun } = await import('../runs/index.js')
      await resumeRun(openRun(undefined, name), options)
    })
}
