import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DeviceTable, readTable, writeTable } from '../cost/index.js'
import { cacheFolder } from '../engine/install/index.js'
import { machine } from '../runs/index.js'
import { readSpace } from '../search/space.js'
import type { ResumeOptions } from './long-command.js'
import { type ProfileSettings, profileTable } from './profile.js'

/**
 * The table of a space on this machine: measured once by a profile run and kept per user, as long as neither space,
 * processor nor runtime changes.
 */
export async function hostTable(
  spaceFile: string,
  options: ResumeOptions,
  settings: ProfileSettings = { threads: 1, batch: 1, rounds: 12 },
): Promise<DeviceTable> {
  const space = readSpace(spaceFile)
  const { cpu, cores, platform } = machine()
  const identity = JSON.stringify([space, settings, cpu, cores, platform])
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 16)
  const file = join(cacheFolder(), 'tables', `${space.name}-${key}.yaml`)
  if (!existsSync(file)) {
    const table = await profileTable(space, settings, options)
    mkdirSync(dirname(file), { recursive: true })
    writeTable(file, table)
  }
  return readTable(file)
}
