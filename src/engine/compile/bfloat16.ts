import { DATA_TYPE, type DataType } from './graph-def.js'
import type { RecordedNode, Recording } from './record.js'

const { float, bfloat16 } = DATA_TYPE

/** Which inputs and outputs of an operation are of its type T; undefined: all that are float. */
interface Operands {
  readonly inputs?: readonly number[]
  readonly outputs?: readonly number[]
}

/** Always in bfloat16: what most of a step is spent in. Statistics of batch norm stay float32 (its type U). */
const CONVERTED: Readonly<Record<string, Operands>> = {
  Conv2D: {},
  Conv2DBackpropInput: {},
  Conv2DBackpropFilter: {},
  FusedBatchNormV3: { inputs: [0], outputs: [0] },
  FusedBatchNormGradV3: { inputs: [0, 1], outputs: [0] },
}

/** In bfloat16 where an input already is: between two of the above a cast would cost more than it saves. */
const FOLLOWING: Readonly<Record<string, Operands>> = {
  Relu: {},
  ReluGrad: {},
  Relu6: {},
  Relu6Grad: {},
  AddV2: {},
  Reshape: {},
}

/**
 * The same step with convolutions, batch norms and what lies between them in bfloat16. Weights, statistics, sums
 * of weights' gradients and everything else stay float32; casts stand at the borders. Depthwise convolutions stay
 * float32, where they are faster.
 */
export function toBfloat16(recording: Recording): Recording {
  const nodes: RecordedNode[] = []
  const types = new Map<string, DataType>()
  const casts = new Map<string, string>()

  const typeOf = (reference: string) => types.get(reference)!
  function cast(reference: string, to: DataType): string {
    const from = typeOf(reference)
    if (from === to) return reference
    const key = `${reference} ${to}`
    const known = casts.get(key)
    if (known !== undefined) return known
    const name = `cast_${nodes.length}`
    const attr = { SrcT: { type: from }, DstT: { type: to }, Truncate: { b: false } }
    push({ name, op: 'Cast', input: [reference], attr, outputs: [to] })
    casts.set(key, name)
    return name
  }
  function push(node: RecordedNode): void {
    nodes.push(node)
    for (const [i, type] of node.outputs.entries()) types.set(i === 0 ? node.name : `${node.name}:${i}`, type)
  }

  for (const node of recording.nodes) {
    const isData = (input: string) => !input.startsWith('^') && types.has(input)
    const operands =
      CONVERTED[node.op] ??
      (node.input.some(input => isData(input) && typeOf(input) === bfloat16) ? FOLLOWING[node.op] : undefined)
    const mine = (index: number, of: readonly number[] | undefined) => of?.includes(index) ?? true
    const isFloat = (type: DataType) => type === float || type === bfloat16
    const input = node.input.map((reference, i) => {
      if (!isData(reference) || !isFloat(typeOf(reference))) return reference
      return cast(reference, operands && mine(i, operands.inputs) ? bfloat16 : float)
    })
    if (!operands) {
      push({ ...node, input })
      continue
    }
    const outputs = node.outputs.map((type, i) =>
      type === float && mine(i, operands.outputs) ? bfloat16 : type,
    )
    push({ ...node, input, outputs, attr: { ...node.attr, T: { type: bfloat16 } } })
  }
  const outputs = Object.fromEntries(
    Object.entries(recording.outputs).map(([name, reference]) => [
      name,
      typeOf(reference) === bfloat16 ? cast(reference, float) : reference,
    ]),
  )
  return { ...recording, nodes, outputs }
}
