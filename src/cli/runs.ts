import type { Command } from 'commander'
import { outputOptions, type ResumeOptions } from './long-command.js'
import { resumers } from './resumers.js'

const print = (text: string) => void process.stdout.write(text)
const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`)

/** `tandem runs list|show|resume|report`: run folders under `runs`, or under TANDEM_RUNS. */
export function register(program: Command): void {
  const runs = program.command('runs').description('list, show, resume and report runs')

  runs
    .command('list')
    .description('all runs: their state and how far they are')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listRuns, runsRoot } = await import('../runs/index.js')
      const { table } = await import('./table.js')
      const all = listRuns()
      if (options.json) return json(all)
      if (all.length === 0) return print(`There are no runs in ${runsRoot()} yet.\n`)
      const rows = all.map(({ name, command, state, progress, started }) => [
        name,
        command,
        state,
        progress && `${progress.done}/${progress.total} ${progress.label}`,
        started.slice(0, 16).replace('T', ' '),
      ])
      print(table(['name', 'command', 'state', 'progress', 'started (UTC)'], rows))
    })

  runs
    .command('show <name>')
    .description('one run: what was asked, where it stands, what came of it, how to repeat it')
    .option('--json', 'as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { describeRun } = await import('./describe-run.js')
      const { openRun, readResult, readStatus, runState } = await import('../runs/index.js')
      const run = openRun(undefined, name)
      if (!options.json) return print(describeRun(run))
      json({ ...run, state: runState(run), ...readStatus(run), result: readResult(run) })
    })

  runs
    .command('report <name>')
    .description('draw report.html again')
    .action(async (name: string) => {
      const { openRun, redrawReport } = await import('../runs/index.js')
      print(`${await redrawReport(openRun(undefined, name))}\n`)
    })

  outputOptions(runs.command('resume <name>'))
    .description('go on from the last checkpoint; the result is that of an undisturbed run')
    .action(async (name: string, options: ResumeOptions) => {
      const [{ checkConfig, openRun }, { InputError }] = await Promise.all([
        import('../runs/index.js'),
        import('../errors.js'),
      ])
      const run = openRun(undefined, name)
      checkConfig(run)
      const load = Object.hasOwn(resumers, run.command) ? resumers[run.command] : undefined
      if (load === undefined) {
        throw new InputError(
          `Runs of '${run.command}' are short and cannot be resumed; repeat the command instead.`,
        )
      }
      const resume = await load()
      await resume(run, options)
    })
}
