import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { estimateMemory } from '../../src/engine/memory.js'
import { count } from '../../src/network/index.js'
import {
  decode,
  describeSpace,
  largest,
  readSpace,
  smallest,
  supernetNetwork,
} from '../../src/search/space-index.js'
import { temporary } from '../runs/toy.js'
import { variedSpace } from '../search/space/small-space.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

function search(...argv: string[]) {
  const root = temporary()
  // An engine that does not exist: whoever loads it fails.
  const env = { ...process.env, TANDEM_RUNS: root, TANDEM_ENGINE: 'none' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'search', ...argv], {
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, written: readdirSync(root) }
}

describe('tandem search --describe', () => {
  it('says size, smallest and largest network, blocks and memory, loads no engine and writes nothing', () => {
    const { status, stdout, stderr, written } = search('--space', 'cifar10-mbconv', '--describe')
    expect({ status, stderr, written }).toEqual({ status: 0, stderr: '', written: [] })
    expect(stdout).toContain('Space cifar10-mbconv: 4³ · 5⁹ ≈ 1.25e8 networks of 12 searchable blocks')
    expect(stdout).toMatch(/smallest +4\.296 M +95\.47 K\n/)
    expect(stdout).toMatch(/largest +24\.41 M +499\.8 K\n/)
    expect(stdout).toMatch(/b01 +stage1 +32×32×16 +2 +24 +3, 5 +3, 6 +no +no +4\n/)
    expect(stdout).toMatch(
      /A search step at batch 128 takes about:\nformulation +memory, GB\nsingle-path +2\.\d\nsoftmax +7\.\d\ngumbel +7\.\d\n/,
    )
  })

  it('with --json says the same as numbers, for the batch it is given', () => {
    const { stdout } = search('--space', 'cifar10-mbconv-se', '--describe', '--json', '--batch', '32')
    const space = readSpace('cifar10-mbconv-se')
    const [alone, mixed] = (['single-path', 'gumbel'] as const).map(formulation =>
      Math.round(estimateMemory(supernetNetwork(space, formulation), 32)),
    )
    expect(mixed).toBeGreaterThan(2 * alone!)
    expect(JSON.parse(stdout)).toEqual({
      ...JSON.parse(JSON.stringify(describeSpace(space))),
      memory: {
        ...{ batchSize: 32, bytes: alone },
        formulations: { 'single-path': alone, softmax: mixed, gumbel: mixed },
      },
    })
  })

  it('needs a space, and without it the rest is needed as ever', () => {
    expect(search('--describe')).toMatchObject({ status: 2, stdout: '', written: [] })
    const { status, stderr } = search('--space', 'cifar10-mbconv')
    expect(status).toBe(2)
    expect(stderr).toContain("option '--data <data>' is needed")
  })
})

describe('the description of a space', () => {
  it('holds its networks and every block', () => {
    const described = describeSpace(variedSpace)
    const sizeOf = (architecture: readonly string[]) => {
      const { macs, params } = count(decode(variedSpace, architecture))
      return { macs, params }
    }
    expect(described).toMatchObject({
      networks: { count: 9 * 10 * 4 * 5 * 2 * 3 * 2 * 8, product: '2² · 3 · 4 · 5 · 8 · 9 · 10' },
      smallest: sizeOf(smallest(variedSpace)),
      largest: sizeOf(largest(variedSpace)),
    })
    expect(described.blocks).toHaveLength(9)
    expect(described.blocks[2]).toEqual({
      block: 'b02',
      stage: 'stage1',
      input: [4, 4, 6],
      stride: 1,
      filters: 8,
      kernels: [5],
      expansions: [3, 6],
      skip: false,
      squeeze: true,
      choices: 4,
    })
  })
})
