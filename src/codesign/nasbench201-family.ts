import { InputError, NetworkError } from '../errors.js'
import { spaceSize } from '../evolve/index.js'
import {
  formatNasbench201,
  liveEdges,
  NASBENCH201_EDGES,
  NASBENCH201_OPERATIONS,
  type Nasbench201Cell,
  type Nasbench201Operation,
  nasbench201,
  parseNasbench201,
} from '../network/index.js'
import { cellFigure } from './cell-figure.js'
import type { Architecture, NetworkFamily, NetworkPart } from './network-family.js'

/** The cell of a ResNet's basic block, which the benchmark compares with. */
const RESNET = '|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|'

/**
 * The cells of NAS-Bench-201: six edges, each one of five operations or of those given (of which `nor_conv_3x3` must be
 * one, to have a reference). The network of a cell is `nasbench201`'s.
 *
 * A cell's price follows from how many live operations of each kind and sums of how many terms it has, so
 * all cells that agree in these share one part; isomorphic cells always do.
 */
export function nasbench201Family(
  operations: readonly Nasbench201Operation[] = NASBENCH201_OPERATIONS,
): NetworkFamily {
  const variables = NASBENCH201_EDGES.map(([from, to]) => ({
    kind: 'categorical' as const,
    name: `edge ${from}-${to}`,
    values: operations,
  }))
  const parts = new Map<string, readonly NetworkPart[]>()
  const check = (cell: Nasbench201Cell): Nasbench201Cell => {
    const foreign = cell.find(operation => !operations.includes(operation))
    if (foreign !== undefined)
      throw new InputError(
        `cell "${formatNasbench201(cell)}": ${foreign} is not among ${operations.join(', ')}`,
      )
    return cell
  }
  return {
    name: 'nasbench201',
    variables,
    size: spaceSize(variables),
    reference:
      operations.length === NASBENCH201_OPERATIONS.length
        ? parseNasbench201(RESNET)
        : variables.map(() => check(['nor_conv_3x3'])[0]!),
    parse(text) {
      try {
        return check(parseNasbench201(text))
      } catch (error) {
        throw error instanceof NetworkError ? new InputError(error.message) : error
      }
    },
    format: architecture => formatNasbench201(cellOf(architecture)),
    figure: (architecture, name) => cellFigure(cellOf(architecture), name),
    network: architecture => nasbench201(cellOf(architecture)),
    parts(architecture) {
      const cell = cellOf(architecture)
      const key = partKey(cell)
      if (key === undefined) return []
      let found = parts.get(key)
      if (found === undefined) {
        found = [{ key, networks: () => [nasbench201(cell)] }]
        parts.set(key, found)
      }
      return found
    },
  }
}

const cellOf = (architecture: Architecture) => architecture as Nasbench201Cell

/** Live operations of each kind, and live edges into each node, the nodes in order of these. */
function partKey(cell: Nasbench201Cell): string | undefined {
  const live = liveEdges(cell)
  const counts = { nor_conv_1x1: 0, nor_conv_3x3: 0, avg_pool_3x3: 0 }
  const terms = [0, 0, 0]
  let some = false
  for (const [i, [, to]] of NASBENCH201_EDGES.entries()) {
    if (!live[i]) continue
    some = true
    terms[to - 1]!++
    const operation = cell[i]! as keyof typeof counts
    if (operation in counts) counts[operation]++
  }
  return some ? `${Object.values(counts).join()}/${terms.sort().join()}` : undefined
}
