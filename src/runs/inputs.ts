import { InputError } from '../errors.js'
import type { Run } from './run.js'

/** sha256 of what a run was given and does not keep itself, by what it is called on the command line. */
export type Inputs = Readonly<Record<string, string>>

/** Throws InputError, naming it, where one of the things that a run was given is not what it was when the run began. */
export function checkInputs(run: Run, now: Inputs): void {
  for (const [name, sha256] of Object.entries(now)) {
    const before = run.inputs?.[name]
    if (before === undefined || before === sha256) continue
    throw new InputError(
      `${name} has changed since the run began: put back what it held, or begin another run`,
    )
  }
}
