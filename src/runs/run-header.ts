import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { openRun, type Run } from './run.js'

/** What config.json says before the configuration itself, which may be large. */
export type RunHeader = Omit<Run, 'config'>

/** Room for a long command line; what does not fit is read whole. */
const HEAD_BYTES = 4096

/** How createRun's JSON goes on after the header, and how it ends. No text in JSON holds a line break. */
const CONFIG = '\n  "config": '
const END = '\n}\n'

const head = Buffer.allocUnsafe(HEAD_BYTES)
const tail = Buffer.allocUnsafe(END.length)

/**
 * A run without its configuration, of which a file as `createRun` writes it need not be parsed; another is read whole.
 * Throws as `openRun` does.
 */
export function readHeader(root: string, name: string): RunHeader {
  return quickHeader(root, name) ?? openRun(root, name)
}

function quickHeader(root: string, name: string): RunHeader | undefined {
  try {
    const folder = join(root, name)
    const [start, end] = ends(join(folder, 'config.json'))
    const at = start.indexOf(CONFIG)
    if (at < 0 || end !== END) return undefined
    const kept = JSON.parse(`${start.slice(0, at).replace(/,$/, '')}}`) as RunHeader
    const whole = typeof kept.command === 'string' && typeof kept.started === 'string'
    return whole ? { ...kept, name, folder } : undefined
  } catch {
    return undefined
  }
}

function ends(file: string): readonly [string, string] {
  const handle = openSync(file, 'r')
  try {
    const length = readSync(handle, head, 0, HEAD_BYTES, 0)
    readSync(handle, tail, 0, tail.length, Math.max(0, fstatSync(handle).size - tail.length))
    return [head.toString('utf8', 0, length), tail.toString('utf8')]
  } finally {
    closeSync(handle)
  }
}
