import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../package-root.js'

const FOLDER = 'latency-models/accelerator/rtl'

/** Names of the Verilog files of a processing element, in an order in which tools can read them. */
export const RTL_FILES = Object.freeze([
  'clock_gate.v',
  'decoder.v',
  'scratchpad.v',
  'multiply.v',
  'accumulate.v',
  'fp32_multiply.v',
  'fp32_add.v',
  'pe.v',
])

/** The Verilog text of every file that makes up a processing element. */
export const rtlFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(RTL_FILES.map(name => [name, readFileSync(join(packageRoot, FOLDER, name), 'utf8')]))
