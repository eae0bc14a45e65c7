import { NetworkError } from '../../errors.js'

/** What an edge of a NAS-Bench-201 cell can be, by the benchmark's names. */
export const NASBENCH201_OPERATIONS = [
  'none',
  'skip_connect',
  'nor_conv_1x1',
  'nor_conv_3x3',
  'avg_pool_3x3',
] as const
export type Nasbench201Operation = (typeof NASBENCH201_OPERATIONS)[number]

/** The six edges [from, to] among the four nodes of a cell, in the order of an architecture's text. */
export const NASBENCH201_EDGES = Object.freeze([
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [1, 3],
  [2, 3],
] as const)

/** An operation for each edge, in the order of NASBENCH201_EDGES. */
export type Nasbench201Cell = readonly Nasbench201Operation[]

/**
 * Reads a cell: nodes 1, 2 and 3 divided by `+`, each with the operations on its edges from the nodes before it.
 *
 *     parseNasbench201('|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|')
 *
 * Throws NetworkError saying what is wrong.
 */
export function parseNasbench201(text: string): Nasbench201Cell {
  const refuse = (reason: string): never => {
    throw new NetworkError(`cell "${text}": ${reason}; expected such as ${EXAMPLE}`)
  }
  const nodes = text.trim().split('+')
  if (nodes.length !== 3) refuse(`it has ${nodes.length} nodes after the input, not 3`)
  return nodes.flatMap((node, n) => {
    const parts = node.split('|')
    const edges = parts.slice(1, -1)
    if (parts[0] !== '' || parts.at(-1) !== '') refuse(`node "${node}" does not begin and end with |`)
    if (edges.length !== n + 1) refuse(`node ${n + 1} has ${edges.length} edges, not ${n + 1}`)
    return edges.map((edge, from) => {
      const [operation = '', source = ''] = edge.split('~')
      if (!isOperation(operation))
        refuse(`unknown operation "${operation}" (there are ${NASBENCH201_OPERATIONS.join(', ')})`)
      if (source !== String(from)) refuse(`"${edge}" of node ${n + 1} should come from node ${from}`)
      return operation as Nasbench201Operation
    })
  })
}

const EXAMPLE = '|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|'

const isOperation = (name: string): name is Nasbench201Operation =>
  (NASBENCH201_OPERATIONS as readonly string[]).includes(name)

/** The text of a cell; `parseNasbench201` reads it back. */
export const formatNasbench201 = (cell: Nasbench201Cell): string =>
  [1, 2, 3]
    .map(node => {
      const edges = NASBENCH201_EDGES.flatMap(([from, to], i) => (to === node ? [`${cell[i]}~${from}`] : []))
      return `|${edges.join('|')}|`
    })
    .join('+')

/**
 * Which edges do anything: those that are not `none` and lie on a way from the cell's input to its output. All
 * others add zeros or feed nothing. None at all where the output is not connected to the input.
 */
export function liveEdges(cell: Nasbench201Cell): readonly boolean[] {
  const reached = [true, false, false, false]
  for (const [i, [from, to]] of NASBENCH201_EDGES.entries())
    if (cell[i] !== 'none' && reached[from]) reached[to] = true
  const needed = [false, false, false, true]
  for (const [i, [from, to]] of [...NASBENCH201_EDGES.entries()].reverse())
    if (cell[i] !== 'none' && needed[to]) needed[from] = true
  return NASBENCH201_EDGES.map(([from, to], i) => cell[i] !== 'none' && reached[from]! && needed[to]!)
}
