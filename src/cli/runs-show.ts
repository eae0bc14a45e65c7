import type { Command } from 'commander'

/** `tandem runs show`: all that is worth knowing of one run. */
export function register(runs: Command): void {
  runs
    .command('show <run>')
    .description('one run: what was asked, where it stands, what came of it, how to repeat it')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { describeRun } = await import('./describe-run.js')
      const { openRun, readResult, readStatus, runState } = await import('../runs/index.js')
      const run = openRun(undefined, name)
      const all = () => ({ ...run, state: runState(run), ...readStatus(run), result: readResult(run) })
      process.stdout.write(json ? `${JSON.stringify(all(), null, 2)}\n` : describeRun(run))
    })
}
