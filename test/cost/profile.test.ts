import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type ProfileOptions,
  pricedChoices,
  profileSpace,
  readTable,
  tableCostModel,
  tablePrices,
  writeTable,
} from '../../src/cost/index.js'
import { count, type Network } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import type { Job } from '../../src/runs/job.js'
import { decode } from '../../src/search/space/decode.js'
import { readSpace } from '../../src/search/space/space.js'
import { largest, randomArchitecture, smallest } from '../../src/search/space/space-architectures.js'
import { blockNetwork } from '../../src/search/space/space-networks.js'
import { profiledSpace } from '../../src/search/space/space-profile.js'
import { squeezingSpace } from '../search/space/small-space.js'

const space = readSpace('cifar10-tiny')
const options: ProfileOptions = { ...profiledSpace(space, 3, 3), device: 'test machine', seed: 3, rounds: 3 }

/** A machine on which time is exactly 1 ns a MAC and 5 µs a call. */
const ideal = async (network: Network) => count(network).macs * 1e-6 + 0.005

async function finish<State, Result>(job: Job<State, Result>, resumed = false): Promise<Result> {
  let state: State = await job.init()
  while (!job.done(state)) {
    state = (await job.step(state)).state
    if (resumed) state = await job.unpack(JSON.parse(JSON.stringify(job.pack(state))))
  }
  return job.result(state)
}

describe('profiling a space', () => {
  test('on a machine whose times are additive finds them exactly', async () => {
    const { table, networks } = await finish(profileSpace({ ...options, measure: ideal }))
    for (const block of space.blocks.filter(block => block.searchable))
      for (const choice of pricedChoices(block)) {
        const alone = count(blockNetwork(space, block, choice)).macs * 1e-6
        expect(table.blocks[block.name]![choice]!.ms).toBeCloseTo(alone, 5)
      }
    for (const { predictedMs, measuredMs } of networks) expect(predictedMs).toBeCloseTo(measuredMs, 4)
    expect(table.validation).toMatchObject({ networks: 5, spearman: 1, kendall: 1 })
    expect(table.validation!.mape).toBeLessThan(0.01)
  })
  test('prices squeeze-and-excitation as choices of their own, which the table keeps', async () => {
    const parts = { ...profiledSpace(squeezingSpace, 3, 3), device: 'test machine', seed: 3, rounds: 2 }
    const { table } = await finish(profileSpace({ ...parts, measure: ideal }))
    const file = join(mkdtempSync(join(tmpdir(), 'tandem-profile-')), 'table.yaml')
    writeTable(file, table)
    const read = readTable(file)
    expect(Object.keys(read.blocks['b02']!)).toEqual(pricedChoices(squeezingSpace.blocks[2]!))
    const [first] = tablePrices(read, squeezingSpace)
    const alone = count(blockNetwork(squeezingSpace, squeezingSpace.blocks[1]!, '5x5-e3-se')).macs * 1e-6
    expect(first!.squeezed![1]![0]).toBeCloseTo(alone, 5)
    for (const seed of [1, 2, 3]) {
      const network = decode(squeezingSpace, randomArchitecture(squeezingSpace, random(seed, 'squeezed')))
      expect((await tableCostModel(read).estimate(network)).latencyMs!).toBeCloseTo(await ideal(network), 4)
    }
    const { '5x5-e6-se': _, ...b02 } = read.blocks['b02']!
    expect(() => tablePrices({ ...read, blocks: { ...read.blocks, b02 } }, squeezingSpace)).toThrow(
      'has no price for b02/5x5-e6-se; profile them',
    )
  })
  test('is not misled by a single slow round', async () => {
    let calls = 0
    const slowFirst = async (network: Network) => (await ideal(network)) * (calls++ < 40 ? 3 : 1)
    const { table } = await finish(profileSpace({ ...options, rounds: 5, measure: slowFirst }))
    expect(table.validation!.mape).toBeLessThan(0.01)
  })
  test('interrupted after every step ends with the same table', async () => {
    const job = () => profileSpace({ ...options, measure: ideal })
    expect(await finish(job(), true)).toEqual(await finish(job()))
  })
  test('says how far it is', async () => {
    const job = profileSpace({ ...options, rounds: 1, measure: ideal })
    let state = await job.init()
    expect(job.progress(state)).toMatchObject({ done: 0, label: 'round 1/1' })
    while (!job.done(state)) state = (await job.step(state)).state
    const { done, total } = job.progress(state)
    expect(done).toBe(total)
  })
  test('here, with a real clock, gives a table that covers the space and orders its networks', async () => {
    const { table, networks } = await finish(
      profileSpace({ ...options, rounds: 1, validation: options.validation.slice(3) }),
    )
    const file = join(mkdtempSync(join(tmpdir(), 'tandem-profile-')), 'table.yaml')
    writeTable(file, table)
    expect(readTable(file)).toEqual(table)
    expect(tablePrices(table, space)).toHaveLength(6)
    const price = async (architecture: readonly string[]) =>
      (await tableCostModel(table).estimate(decode(space, architecture))).latencyMs!
    expect(await price(smallest(space))).toBeLessThan(await price(largest(space)))
    expect(networks.map(({ name }) => name)).toEqual(['smallest', 'largest'])
  })
})
