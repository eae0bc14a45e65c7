import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { RunState } from '../runs/list-index.js'

interface Options {
  readonly failed?: boolean
  readonly allDone?: boolean
  readonly yes?: boolean
}

/** Names that are told in full before runs are removed. */
const MOST_NAMED = 10

/** `tandem runs remove`: deletes run folders that nobody works on. */
export function register(runs: Command): void {
  runs
    .command('remove [runs...]')
    .description('delete runs with all their files; asks first')
    .option('--failed', 'all that have failed')
    .option('--all-done', 'all that are done')
    .option('--yes', 'do not ask')
    .action(async (named: readonly string[], options: Options) => {
      const { checkRemovable, listRuns, removeRun } = await import('../runs/list-index.js')
      const { confirm } = await import('./confirm.js')
      const inState = (state: RunState) => listRuns(undefined, { state }).map(({ name }) => name)
      if (named.length === 0 && !options.failed && !options.allDone)
        throw new InputError('Name the runs that are to be removed, or give --failed or --all-done')
      const names = [
        ...new Set([
          ...named,
          ...(options.failed ? inState('failed') : []),
          ...(options.allDone ? inState('done') : []),
        ]),
      ]
      for (const name of names) checkRemovable(name)
      const say = (text: string) => void process.stdout.write(`${text}\n`)
      if (names.length === 0) return say('There are no such runs.')
      if (!options.yes && !(await confirm(`Remove ${listed(names)} with all files?`)))
        return say('Nothing was removed.')
      for (const name of names) removeRun(name)
      say(`Removed ${listed(names)}.`)
    })
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ')
  const more = names.length - MOST_NAMED
  return `${names.length === 1 ? 'run' : `${names.length} runs:`} ${shown}${more > 0 ? ` and ${more} more` : ''}`
}
