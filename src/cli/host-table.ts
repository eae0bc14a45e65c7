import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DeviceTable, readTable, writeTable } from '../cost/index.js'
import { cacheFolder } from '../engine/install/index.js'
import { createRun, machine, versions } from '../runs/index.js'
import type { Space } from '../search/space-index.js'
import { sha256 } from '../sha256.js'
import type { ResumeOptions } from './long-command.js'
import { type ProfileSettings, resume } from './profile.js'

const SETTINGS: ProfileSettings = { threads: 1, batch: 1, rounds: 12 }

/**
 * The table of a space on this machine: measured by a profile run of its own, and kept per user as long as neither
 * the space, the settings, the processor nor onnxruntime changes.
 */
export async function hostTable(
  space: Space,
  options: ResumeOptions,
  settings: ProfileSettings = SETTINGS,
): Promise<DeviceTable> {
  const { cpu, cores, platform } = machine()
  const identity = JSON.stringify([space, settings, cpu, cores, platform, versions()['onnxruntime-node']])
  const key = sha256(identity).slice(0, 16)
  const file = join(cacheFolder(), 'tables', `${space.name}-${key}.yaml`)
  if (!existsSync(file)) {
    const run = createRun({ command: 'profile', config: { space, ...settings }, seed: 0 })
    // A table that was cut short would be kept and used again.
    await resume(run, { ...options, for: undefined, print: false })
    mkdirSync(dirname(file), { recursive: true })
    writeTable(`${file}.new`, readTable(join(run.folder, 'table.yaml')))
    renameSync(`${file}.new`, file)
  }
  return readTable(file)
}
