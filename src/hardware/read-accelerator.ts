import { basename } from 'node:path'
import { bundledFile } from '../bundled-file.js'
import { readYaml } from '../read-yaml.js'
import type { Accelerator } from './accelerator.js'
import { acceleratorSchema } from './accelerator-schema.js'

/**
 * Reads an accelerator: a YAML file, or the name of one in latency-models/accelerator/.
 * Throws InputError when there is none, ConfigError (`file:line`) for an unknown knob or one out of range.
 */
export function readAccelerator(fileOrName: string): Accelerator {
  const file = bundledFile('latency-models/accelerator', fileOrName)
  const read = readYaml(file, acceleratorSchema)
  return read.name === read.peType ? Object.freeze({ ...read, name: basename(file, '.yaml') }) : read
}
