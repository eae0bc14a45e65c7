import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  count,
  createNetwork,
  formatNasbench201,
  graph,
  initialize,
  liveEdges,
  NASBENCH201_EDGES,
  NASBENCH201_OPERATIONS,
  type Nasbench201Cell,
  type Network,
  nasbench201,
  parseNasbench201,
  weightSpecs,
} from '../../src/network/index.js'
import { referenceForward } from './reference-forward.js'

const cell = (text: string) => parseNasbench201(text)
const all = (operation: string) =>
  cell(`|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`)
const cells = fc.tuple(...NASBENCH201_EDGES.map(() => fc.constantFrom(...NASBENCH201_OPERATIONS)))
const connected = cells.filter(cell => liveEdges(cell).includes(true))

describe('a NAS-Bench-201 network', () => {
  it.each([
    ['the smallest', all('skip_connect'), 7.78305, 0.073306],
    ['the largest', all('nor_conv_3x3'), 220.11969, 1.531546],
  ])('%s has the published MACs and parameters', (_, cell, megaflops, megaparams) => {
    const { macs, params, batchNormParams } = count(nasbench201(cell))
    // The benchmark counts the ten biases of its classifier as operations.
    expect(macs + 10).toBe(Math.round(megaflops * 1e6))
    expect(params + batchNormParams).toBe(Math.round(megaparams * 1e6))
  })

  it('remembers its cell', () => {
    const text = '|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|'
    const { architecture } = nasbench201(cell(text))
    expect(formatNasbench201(architecture!.choices.map(({ choice }) => choice) as never)).toBe(text)
  })

  it('leaves out what does nothing: a cell with its dead edges removed is the same network', () => {
    fc.assert(
      fc.property(connected, cell => {
        const live = liveEdges(cell)
        const bare = cell.map((operation, i) => (live[i] ? operation : 'none')) as Nasbench201Cell
        expect(nasbench201(cell, { cells: 1 }).layers).toEqual(nasbench201(bare, { cells: 1 }).layers)
      }),
      { numRuns: 30 },
    )
  })

  it('computes what the definition of its cell says, zeros and dead ends included', () => {
    fc.assert(
      fc.property(connected, fc.integer({ min: 1, max: 1000 }), (cell, seed) => {
        const network = initialize(nasbench201(cell, { channels: 2, cells: 1 }), seed)
        const first = network.layers.findIndex(({ name }) => name.startsWith('stage2'))
        // A cell that hands its input on has no layers: what follows it reads the stem.
        const stem = network.layers.findIndex(({ name }) => name === 'stem_bn') + 1
        const example = Float64Array.from({ length: 32 * 32 * 3 }, (_, i) => Math.sin(seed + i))
        const input = referenceForward(truncated(network, stem), example)
        const output = referenceForward(truncated(network, first), example)
        expect(far(output, byDefinition(cell, network, input, seed))).toBeLessThan(1e-9)
      }),
      { numRuns: 12 },
    )
  })

  it('is refused where the output of its cell is not connected', () => {
    expect(() => nasbench201(all('none'))).toThrow(/no way leads from its input to its output/)
    const dead = cell('|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|')
    expect(liveEdges(dead)).not.toContain(true)
    expect(() => nasbench201(dead)).toThrow(/no way leads/)
  })
})

describe('the text of a cell', () => {
  it('is read back to the same cell', () => {
    fc.assert(
      fc.property(cells, cell => void expect(parseNasbench201(formatNasbench201(cell))).toEqual(cell)),
    )
  })

  it.each([
    ['|none~0|+|none~0|none~1|', /has 2 nodes/],
    ['|none~0|+|none~0|+|none~0|none~1|none~2|', /node 2 has 1 edges, not 2/],
    ['|none~0|+|none~1|none~1|+|none~0|none~1|none~2|', /"none~1" of node 2 should come from node 0/],
    ['|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|', /unknown operation "conv".*nor_conv_3x3/],
    ['none~0+|none~0|none~1|+|none~0|none~1|none~2|', /does not begin and end with/],
    ['', /has 1 nodes/],
  ])('%s is refused', (text, message) => {
    expect(() => parseNasbench201(text)).toThrow(message)
  })
})

const truncated = (network: Network, layers: number): Network => {
  const parts = { ...network, layers: network.layers.slice(0, layers) }
  const own = new Set(weightSpecs(parts).map(({ name }) => name))
  const weights = Object.fromEntries(Object.entries(network.weights).filter(([name]) => own.has(name)))
  return createNetwork({ ...parts, weights })
}

const far = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

/** Node by node, each the sum of all its edges; convolutions that the network left out have weights of their own. */
function byDefinition(cell: Nasbench201Cell, network: Network, input: Float64Array, seed: number) {
  const nodes = [input]
  for (let node = 1; node <= 3; node++) {
    const sum = new Float64Array(input.length)
    for (const [i, [from, to]] of NASBENCH201_EDGES.entries()) {
      if (to !== node) continue
      const value = edge(cell[i]!, `stage1/cell1/${from}-${to}`, network, nodes[from]!, seed + i)
      for (let k = 0; k < sum.length; k++) sum[k]! += value[k]!
    }
    nodes.push(sum)
  }
  return nodes[3]!
}

function edge(operation: string, name: string, network: Network, x: Float64Array, seed: number) {
  if (operation === 'none') return x.map(value => 0 * value)
  if (operation === 'skip_connect') return x
  const net = graph('edge', [32, 32, 2])
  if (operation === 'avg_pool_3x3') {
    net.pool(net.input, { function: 'average', kernel: 3, strides: 1, padding: [1, 1, 1, 1] })
    return referenceForward(net.finish(), x)
  }
  const kernel = operation === 'nor_conv_3x3' ? 3 : 1
  const conv = net.conv(net.activation(net.input), { name, filters: 2, kernel })
  net.batchNorm(conv, { name: `${name}_bn` })
  const own = initialize(net.finish(), seed)
  const weights = Object.fromEntries(
    Object.entries(own.weights).map(([key, weight]) => [key, network.weights[key] ?? weight]),
  )
  return referenceForward(createNetwork({ ...own, weights }), x)
}
