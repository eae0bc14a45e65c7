import { NetworkError } from '../../errors.js'
import { type Graph, graph } from '../graph.js'
import type { Network } from '../network.js'
import { convBlock } from './conv-block.js'
import { formatNasbench201, liveEdges, NASBENCH201_EDGES, type Nasbench201Cell } from './nasbench201-cell.js'

export interface Nasbench201Options {
  readonly classes?: number
  /** Of the first stage; the others have twice and four times as many. */
  readonly channels?: number
  /** Cells a stage. */
  readonly cells?: number
}

/**
 * The network of a NAS-Bench-201 cell (Dong & Yang 2020), input [32, 32, 3]: 3×3 stem, three stages of five equal
 * cells on 32, 16 and 8 pixels, a residual block of stride 2 between stages, batch norm, ReLU, global average pool,
 * dense. A cell's convolutions are ReLU-convolution-batch norm, its 3×3 average does not count padding, and a node is
 * the sum of its edges. Edges that do nothing (`liveEdges`) are left out, as are sums of one.
 * Throws NetworkError for a cell whose output is not connected to its input: its network is a constant.
 */
export function nasbench201(
  cell: Nasbench201Cell,
  { classes = 10, channels = 16, cells = 5 }: Nasbench201Options = {},
): Network {
  const live = liveEdges(cell)
  if (!live.includes(true))
    throw new NetworkError(
      `cell "${formatNasbench201(cell)}": no way leads from its input to its output, so the network is a constant`,
    )
  const net = graph('nasbench201', [32, 32, 3])
  let top = convBlock(net, net.input, { name: 'stem', filters: channels })
  for (let stage = 1; stage <= 3; stage++) {
    if (stage > 1) top = reduction(net, top, `stage${stage}/reduce`, channels * 2 ** (stage - 1))
    for (let index = 1; index <= cells; index++)
      top = addCell(net, top, `stage${stage}/cell${index}`, cell, live)
  }
  const normalized = net.batchNorm(top, { name: 'head_bn' })
  const features = net.activation(normalized, { name: 'head_act' })
  net.dense(net.globalAveragePool(features, { name: 'pool' }), { name: 'classifier', units: classes })
  const choices = NASBENCH201_EDGES.map(([from, to], i) => ({ block: `${from}-${to}`, choice: cell[i]! }))
  return net.finish({ architecture: { space: 'nasbench201', choices } })
}

/** One cell; a node's ReLU is shared by the convolutions that read it. Returns the last layer's name. */
function addCell(
  net: Graph,
  input: string,
  name: string,
  cell: Nasbench201Cell,
  live: readonly boolean[],
): string {
  const filters = net.shape(input).at(-1)!
  const nodes = [input]
  const rectified: (string | undefined)[] = []
  for (let node = 1; node <= 3; node++) {
    const terms = NASBENCH201_EDGES.flatMap(([from, to], i) => {
      if (to !== node || !live[i]) return []
      const source = nodes[from]!
      const edge = `${name}/${from}-${to}`
      if (cell[i] === 'skip_connect') return [source]
      if (cell[i] === 'avg_pool_3x3') {
        const padding = [1, 1, 1, 1] as const
        return [net.pool(source, { name: edge, function: 'average', kernel: 3, strides: 1, padding })]
      }
      rectified[from] ??= net.activation(source, { name: `${name}/${from}_act` })
      const kernel = cell[i] === 'nor_conv_3x3' ? 3 : 1
      return [convBlock(net, rectified[from], { name: edge, filters, kernel })]
    })
    nodes.push(terms.length > 1 ? net.add(terms, { name: `${name}/${node}` }) : (terms[0] ?? ''))
  }
  return nodes[3]!
}

/** ReLU-convolution-batch norm twice, the first of stride 2, beside a 2×2 average and a 1×1 convolution. */
function reduction(net: Graph, input: string, name: string, filters: number): string {
  const before = net.activation(input, { name: `${name}/act` })
  const inner = convBlock(net, before, { name: `${name}/conv1`, filters, strides: 2, activation: 'relu' })
  const residual = convBlock(net, inner, { name: `${name}/conv2`, filters })
  const pooled = net.pool(input, { name: `${name}/shortcut_pool`, function: 'average', kernel: 2 })
  const shortcut = net.conv(pooled, { name: `${name}/shortcut`, filters, kernel: 1 })
  return net.add([residual, shortcut], { name: `${name}/add` })
}
