import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, RunError } from '../errors.js'
import { checkUnlocked, isLocked } from './lock-owner.js'
import { checkRunName, runsRoot } from './run-name.js'

/** Names that no run can have, of folders that are being removed. */
const REMOVED = '.removed-'

/** Throws InputError where there is no such run, RunError where it is being worked on or is a link. */
export function checkRemovable(name: string, root: string = runsRoot()): void {
  checkRunName(name)
  const folder = join(root, name)
  if (!existsSync(join(folder, 'config.json')))
    throw new InputError(`There is no run named ${name} in ${root}. See: tandem runs list`)
  if (lstatSync(folder).isSymbolicLink())
    throw new RunError(
      `${folder} is a link, and nothing outside ${root} is removed: delete the link yourself`,
    )
  checkUnlocked({ name, folder })
}

/**
 * Removes a run with all its files, the links among them and not what they point to. It is gone at once or not at all:
 * its folder is renamed first, and what a killed process left of that is removed with the next run. Needs no room on the
 * disk. Throws as `checkRemovable` does, and RunError where permission is refused.
 */
export function removeRun(name: string, root: string = runsRoot()): void {
  checkRemovable(name, root)
  const folder = join(root, name)
  const aside = join(root, `${REMOVED}${name}-${process.pid}`)
  try {
    renameSync(folder, aside)
    if (isLocked({ folder: aside })) {
      renameSync(aside, folder)
      checkUnlocked({ name, folder })
    }
    for (const left of readdirSync(root))
      if (left.startsWith(REMOVED)) rmSync(join(root, left), { recursive: true, force: true })
  } catch (error) {
    if (error instanceof RunError) throw error
    throw new RunError(`Run ${name} cannot be removed: ${(error as Error).message}`)
  }
}
