import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../src/package-root.js'

/** Rooms by height: a room imports only from lower ones, and from its own height nothing but itself. */
const HEIGHTS: readonly (readonly string[])[] = [
  ['.'],
  ['network'],
  ['data', 'runs', 'hardware', 'evolve'],
  ['engine', 'cost', 'workers'],
  ['tuning'],
  ['search', 'prune', 'pool', 'quantize'],
  ['codesign'],
  ['cli'],
]

/** What others may import of a room, besides its index: parts that load without the rest of it. */
const DOORS = [
  'search/space-index.ts',
  'runs/list-index.ts',
  'codesign/supernet-index.ts',
  'pool/plan-index.ts',
  'prune/plan-index.ts',
  'quantize/packed-index.ts',
  'quantize/plan-index.ts',
  'engine/install/index.ts',
  'engine/memory.ts',
  'hardware/characterize/index.ts',
  'runs/live/index.ts',
]

const source = join(packageRoot, 'src')
const files = (readdirSync(source, { recursive: true }) as string[]).filter(file => file.endsWith('.ts'))
const roomOf = (file: string) => (file.includes('/') ? file.split('/')[0]! : '.')
const heightOf = (room: string) => HEIGHTS.findIndex(rooms => rooms.includes(room))

const imports = files.flatMap(file => {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)].map(([, path]) => ({
    file,
    target: relative(source, resolve(source, dirname(file), `${path}.ts`)),
  }))
})

describe('the house', () => {
  it('has no room that this test does not know', () => {
    const known = HEIGHTS.flat()
    expect(files.map(roomOf).filter(room => !known.includes(room))).toEqual([])
  })

  it('is imported one way: from the command line down to the network', () => {
    const upward = imports.filter(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)]
      return from !== to && heightOf(to) >= heightOf(from) && file !== 'index.ts'
    })
    expect(upward).toEqual([])
  })

  it('is entered through its doors: nobody reaches past a room’s index', () => {
    const past = imports.filter(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)]
      return from !== to && to !== '.' && target !== `${to}/index.ts` && !DOORS.includes(target)
    })
    expect(past).toEqual([])
  })
})
