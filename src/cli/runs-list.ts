import { type Command, Option } from 'commander'
import type { RunFilter, RunState } from '../runs/list-index.js'
import { positiveInteger } from './number-options.js'

/** Said here so that `--help` loads no runs. */
const STATES = ['running', 'interrupted', 'done', 'failed'] as const satisfies readonly RunState[]

/** `tandem runs list`: a line for each run, the newest last. */
export function register(runs: Command): void {
  runs
    .command('list')
    .description('runs, the newest last: their state and how far they are')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--command <name>', 'only those of this command: search, ppa-sweep, …')
    .option('--limit <n>', 'only so many of the newest', positiveInteger)
    .option('--json', 'as JSON')
    .action(async ({ json, ...filter }: RunFilter & { json?: boolean }) => {
      const { listRuns, runsRoot } = await import('../runs/list-index.js')
      const { table } = await import('./table.js')
      const found = listRuns(runsRoot(), filter)
      const print = (text: string) => void process.stdout.write(text)
      if (json) return print(`${JSON.stringify(found, null, 2)}\n`)
      if (found.length === 0) {
        const none = Object.keys(filter).length > 0 ? 'no such runs in' : 'no runs yet in'
        return print(`There are ${none} ${runsRoot()}.\n`)
      }
      const rows = found.map(({ name, command, state, progress, started }) => [
        name,
        command,
        state,
        progress && `${progress.done}/${progress.total} ${progress.label}`,
        started.slice(0, 16).replace('T', ' '),
      ])
      print(table(['name', 'command', 'state', 'progress', 'started (UTC)'], rows))
    })
}
