import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { register } from '../../../src/cli/ppa-characterize.js'
import { runProgram } from '../../../src/cli/program.js'
import { LostTaskError } from '../../../src/errors.js'
import {
  type CharacterizeState,
  characterizeJob,
  characterizerSetup,
} from '../../../src/hardware/characterize/characterize-job.js'
import { createCharacterizer } from '../../../src/hardware/characterize/characterizer.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import {
  type DataPoint,
  type DataSet,
  isMeasured,
  readDataSet,
  writeDataSet,
} from '../../../src/hardware/data-set.js'
import type { PeDesign } from '../../../src/hardware/pe-design.js'
import type { Job } from '../../../src/runs/index.js'
import { openPool, type WorkerPool } from '../../../src/workers/index.js'
import { design, hasLibrary, LIBRARY, needsLibrary } from './library.js'

const folder = () => mkdtempSync(join(tmpdir(), 'tandem-characterize-'))

describe.skipIf(!hasLibrary)(`the characterization job${needsLibrary}`, () => {
  const designs = [design('int8x4'), design('lightpe-1'), design('lightpe-2', { scratchpads: 'inside' })]
  const options = { library: hasLibrary ? readLibrary(LIBRARY) : undefined!, seed: 5, seeds: 2 }
  const pools: WorkerPool[] = []
  afterAll(() => Promise.all(pools.map(pool => pool.close())))
  const job = async (threads: number): Promise<Job<CharacterizeState, DataSet>> => {
    const pool = await openPool<PeDesign, DataPoint>({
      kinds: new URL('../../../src/cli/worker-kinds.js', import.meta.url).href,
      work: { kind: 'characterize', setup: characterizerSetup(options) },
      staff: { threads },
    })
    pools.push(pool as WorkerPool)
    const evaluate = async (design: PeDesign) => (await pool.evaluate([design]))[0]!
    return characterizeJob({ ...options, points: designs, evaluate, ahead: 2 * threads })
  }
  const figures = ({ points }: DataSet) => points.map(point => (isMeasured(point) ? point.figures : point))

  it('gives the same figures in this thread, on one and two others, and interrupted', async () => {
    const whole = await job(2)
    let state = await whole.init()
    while (!whole.done(state)) state = (await whole.step(state)).state
    const result = await whole.result(state)
    expect(result.points.every(isMeasured)).toBe(true)
    expect(result.header.tools['yosys']).toMatch(/^\d/)

    const first = characterizeJob({ ...options, points: designs })
    let part = await first.init()
    part = (await first.step(part)).state
    const kept = first.pack(part)
    const second = await job(1)
    let rest = await second.unpack(JSON.parse(JSON.stringify(kept)))
    while (!second.done(rest)) rest = (await second.step(rest)).state
    expect(figures(await second.result(rest))).toEqual(figures(result))

    const file = join(folder(), 'points.csv')
    writeDataSet(file, result.points, result.header)
    expect(readDataSet(file)).toEqual(result)
  })

  it('keeps a design that fails with its reason', async () => {
    const { evaluate } = createCharacterizer(characterizerSetup({ ...options, seeds: 1 }))
    const [refused, measured] = [
      await evaluate(design('int8', { psumBits: 99 })),
      await evaluate(design('lightpe-1')),
    ]
    expect(refused).toMatchObject({ error: expect.stringMatching(/psumBits 99: legal is/) })
    expect(isMeasured(measured)).toBe(true)
  })

  it('keeps a design whose worker was lost, and ends with any other error', async () => {
    const losing = (error: Error) =>
      characterizeJob({ ...options, points: designs, evaluate: () => Promise.reject(error) })
    const lost = losing(new LostTaskError('took longer than 600 s'))
    const { state } = await lost.step(await lost.init())
    expect(state.done[0]).toMatchObject({ design: designs[0], error: 'took longer than 600 s' })
    const broken = losing(new Error('the queue is gone'))
    await expect(broken.step(await broken.init())).rejects.toThrow('the queue is gone')
  })

  it('refuses a library that is another than at first', () => {
    const setup = { ...characterizerSetup(options), digest: 'another' }
    expect(() => createCharacterizer(setup)).toThrow('is not the library')
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
