import { existsSync, readdirSync } from 'node:fs'
import { InputError } from '../errors.js'

const NAME = /^(?!\.)[A-Za-z0-9._-]{1,100}$/

/** Where run folders live: `TANDEM_RUNS`, or `runs` under the current directory. */
export function runsRoot(): string {
  return process.env['TANDEM_RUNS'] || 'runs'
}

/** Throws InputError unless `name` is one plain path segment. */
export function checkRunName(name: string): void {
  if (NAME.test(name)) return
  throw new InputError(
    `'${name}' cannot be the name of a run: use up to 100 letters, digits, '.', '_' and '-', not starting with '.'`,
  )
}

/** `<command>-<n>` with the next number that no folder under `root` has had. */
export function nextRunName(root: string, command: string): string {
  const numbers = (existsSync(root) ? readdirSync(root) : [])
    .filter(name => name.startsWith(`${command}-`))
    .map(name => Number(name.slice(command.length + 1)))
    .filter(Number.isSafeInteger)
  return `${command}-${Math.max(0, ...numbers) + 1}`
}
