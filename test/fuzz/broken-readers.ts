import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError } from '../../src/errors.js'
import type { Reader } from './reader.js'

const reader = (name: string, read: Reader['read']): Reader => ({
  name,
  file: 'file.bin',
  seeds: () => [Uint8Array.of(1, 2, 3)],
  read,
})

/** Nothing could be worse than this: each breaks one promise. */
export const readers: readonly Reader[] = [
  reader('typeError', () => (undefined as unknown as string).length),
  reader('unnamed', () => {
    throw new InputError('something is wrong')
  }),
  reader('memory', () => new Uint8Array(300 * 2 ** 20)),
  reader('slow', () => {
    const start = process.cpuUsage()
    for (let spent = 0; spent < 3e6; ) {
      for (let i = 0; i < 1e6; i++) Math.sqrt(i)
      const { user, system } = process.cpuUsage(start)
      spent = user + system
    }
  }),
  reader('crash', () => process.abort()),
  reader('writes', file => writeFileSync(join(dirname(file), `${Math.random()}`), '')),
  reader('refuses', file => {
    throw new InputError(`${file}: is whole, and refused`)
  }),
  reader('hang', () => {
    for (;;);
  }),
]
