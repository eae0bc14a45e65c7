import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { RunError } from '../errors.js'
import type { Run } from './run.js'

/** Where a run's own files are written, from its folder. */
const WRITTEN = ['.', 'checkpoint', 'figures', 'tables', 'tuned', 'designs']

/**
 * Throws RunError where a file or folder of a run is a symbolic link: what is written to it would land elsewhere. The run folder
 * itself may be one.
 */
export function refuseLinks({ name, folder }: Run): void {
  for (const part of WRITTEN) {
    const within = join(folder, part)
    if (!existsSync(within)) continue
    const link = readdirSync(within, { withFileTypes: true }).find(entry => entry.isSymbolicLink())
    if (link !== undefined)
      throw new RunError(
        `${join(within, link.name)} is a symbolic link, and run ${name} writes only into its folder; put the file itself there`,
      )
  }
}
