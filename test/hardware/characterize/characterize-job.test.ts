import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { register } from '../../../src/cli/ppa-characterize.js'
import { runProgram } from '../../../src/cli/program.js'
import {
  type CharacterizeState,
  characterizeJob,
} from '../../../src/hardware/characterize/characterize-job.js'
import { createPool } from '../../../src/hardware/characterize/characterize-pool.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import { type DataSet, isMeasured, readDataSet, writeDataSet } from '../../../src/hardware/data-set.js'
import type { Job } from '../../../src/runs/index.js'
import { design, hasLibrary, LIBRARY, needsLibrary } from './library.js'

const folder = () => mkdtempSync(join(tmpdir(), 'tandem-characterize-'))

describe.skipIf(!hasLibrary)(`the characterization job${needsLibrary}`, () => {
  const designs = [design('int8x4'), design('lightpe-1'), design('lightpe-2', { scratchpads: 'inside' })]
  const job = (workers: number): Job<CharacterizeState, DataSet> =>
    characterizeJob({ library: readLibrary(LIBRARY), points: designs, seed: 5, seeds: 2, workers })
  const figures = ({ points }: DataSet) => points.map(point => (isMeasured(point) ? point.figures : point))

  it('gives the same figures on one thread, on two, and interrupted', async () => {
    const whole = job(2)
    let state = await whole.init()
    while (!whole.done(state)) state = (await whole.step(state)).state
    const result = await whole.result(state)
    whole.dispose!(state)
    expect(result.points.every(isMeasured)).toBe(true)
    expect(result.header.tools['yosys']).toMatch(/^\d/)

    const first = job(1)
    let part = await first.init()
    part = (await first.step(part)).state
    const kept = first.pack(part)
    first.dispose!(part)
    const second = job(1)
    let rest = await second.unpack(JSON.parse(JSON.stringify(kept)))
    while (!second.done(rest)) rest = (await second.step(rest)).state
    expect(figures(await second.result(rest))).toEqual(figures(result))
    second.dispose!(rest)

    const file = join(folder(), 'points.csv')
    writeDataSet(file, result.points, result.header)
    expect(readDataSet(file)).toEqual(result)
  })

  it('keeps a design that fails with its reason, and goes on with the next', async () => {
    const pool = createPool({ library: LIBRARY, settings: { seeds: 1 }, workers: 1 })
    const [refused, measured] = await Promise.all([
      pool.run(design('int8', { psumBits: 99 })),
      pool.run(design('lightpe-1')),
    ])
    pool.close()
    expect(refused).toMatchObject({ error: expect.stringMatching(/psumBits 99: legal is/) })
    expect(isMeasured(measured)).toBe(true)
  })

  it('gives up a design that takes too long, and its thread', async () => {
    const pool = createPool({ library: LIBRARY, settings: { seeds: 1 }, workers: 1, limitSeconds: 0.05 })
    const late = await pool.run(design('int16'))
    pool.close()
    expect(late).toMatchObject({ error: 'took longer than 0.05 s' })
  })
})

describe('tandem ppa characterize', () => {
  const run = (...args: string[]) =>
    runProgram(['ppa', 'characterize', ...args], [program => register(program.command('ppa'))])

  it('ends with code 2 when the library is not one', async () => {
    const file = join(folder(), 'not.lib')
    writeFileSync(file, 'hello')
    expect(await run('--library', file)).toBe(2)
    expect(await run('--library', 'no-such.lib')).toBe(2)
    expect(await run()).toBe(2)
  })
})
