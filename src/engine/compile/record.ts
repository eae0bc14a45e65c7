import { createHash } from 'node:crypto'
import { intercept, nativeBackend, type OpAttribute, unrecorded } from '../intercept.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { type Variable, variableOf } from '../variable.js'
import { CompileError } from './compile-error.js'
import { type AttrValue, DATA_TYPE, type DataType, type NodeDef, shapeProto } from './graph-def.js'
import type { Step, Tensors } from './step.js'

/** A node with the types of its outputs. */
export interface RecordedNode extends NodeDef {
  readonly outputs: readonly DataType[]
}

/** A step as a graph. Its nodes stand in the order in which they ran. */
export interface Recording {
  readonly nodes: readonly RecordedNode[]
  /** By feed: the name of its placeholder. */
  readonly feeds: Readonly<Record<string, string>>
  /** By output of the step: the node and output that give it. */
  readonly outputs: Readonly<Record<string, string>>
  /** In the order of first use; the i-th has the handle `variable<i>`. */
  readonly variables: readonly Variable[]
  /** Nodes that update variables, and which. */
  readonly updates: readonly { readonly node: string; readonly variables: readonly number[] }[]
}

/** Operations to which TensorFlow.js does not give the type of their input, which a graph needs. */
const UNTYPED = new Set(['ExpandDims'])

const TYPES: Readonly<Record<string, DataType>> = {
  float32: DATA_TYPE.float,
  int32: DATA_TYPE.int32,
  bool: DATA_TYPE.bool,
}

/**
 * Runs a step once and writes down every operation as a node. Variables are read but not updated. Each node that
 * touches a variable waits for those before it that must come first: a reading for the last update, an update for
 * the last update and every reading since.
 *
 * Throws CompileError where the step reads a value that it computed, or holds a tensor of an unknown type.
 */
export function record(step: Step, feeds: Tensors): Recording {
  const recorder = new Recorder(feeds)
  let outputs: Record<string, string> = {}
  tf.tidy(() => {
    const results = intercept(recorder, () => step(feeds))
    outputs = Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, recorder.reference(tensor)]),
    )
  })
  const { nodes, placeholders, variables, updates } = recorder
  return { nodes, feeds: placeholders, outputs, variables, updates }
}

class Recorder {
  readonly nodes: RecordedNode[] = []
  readonly placeholders: Record<string, string> = {}
  readonly variables: Variable[] = []
  readonly updates: { node: string; variables: number[] }[] = []
  /** By a tensor's data: the node and output that gave it. */
  private readonly made = new Map<object, string>()
  private readonly constants = new Map<string, string>()
  /** By variable: the nodes that the next update, or the next reading, must wait for. */
  private readonly touched = new Map<number, { update?: string; reads: string[] }>()

  constructor(feeds: Tensors) {
    for (const [name, tensor] of Object.entries(feeds)) {
      const dtype = typeOf(tensor, `feed "${name}"`)
      const attr = { dtype: { type: dtype }, shape: { shape: shapeProto(tensor.shape) } }
      this.placeholders[name] = this.add('Placeholder', [], attr, [dtype])
      this.made.set(tensor.dataId, this.placeholders[name]!)
    }
  }

  operation(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    run: () => Tensor[],
  ): Tensor[] {
    const attr = Object.fromEntries(attributes.map(attribute => [attribute.name, attrValue(attribute, name)]))
    if (UNTYPED.has(name)) attr['T'] = { type: typeOf(inputs[0]!, name) }
    const used = inputs.map(variableOf)
    const references = inputs.map((input, i) =>
      used[i] ? this.handle(used[i]!) : this.reference(input, name),
    )
    const indices = used.flatMap(variable => (variable ? [this.variables.indexOf(variable)] : []))
    const updates = indices.length > 0 && name !== 'ReadVariableOp'
    const node = `${name}_${this.nodes.length}`
    const waits = new Set(indices.flatMap(index => this.before(index, updates, node)))
    const results = updates ? [] : run()
    this.add(
      name,
      [...references, ...[...waits].map(before => `^${before}`)],
      attr,
      results.map(result => typeOf(result, name)),
    )
    for (const [i, result] of results.entries()) {
      this.made.set(result.dataId, i === 0 ? node : `${node}:${i}`)
    }
    if (updates) this.updates.push({ node, variables: indices })
    return results
  }

  read(dataId: object): void {
    const maker = this.made.get(dataId)
    if (maker !== undefined) {
      throw new CompileError(
        `A compiled step reads the value of ${maker}: in a graph it has none. Return it as an output, or feed what depends on it.`,
      )
    }
  }

  /** What gives a tensor: a node, or a constant where it was made outside of the step. */
  reference(tensor: Tensor, user = 'an output'): string {
    return this.made.get(tensor.dataId) ?? this.constant(tensor, user)
  }

  private handle(variable: Variable): string {
    const known = this.variables.indexOf(variable)
    return `variable${known >= 0 ? known : this.variables.push(variable) - 1}`
  }

  private before(index: number, updates: boolean, node: string): string[] {
    const { update, reads } = this.touched.get(index) ?? { reads: [] }
    const last = update === undefined ? [] : [update]
    if (updates) {
      this.touched.set(index, { update: node, reads: [] })
      return [...last, ...reads]
    }
    this.touched.set(index, { ...(update !== undefined && { update }), reads: [...reads, node] })
    return last
  }

  private add(op: string, input: string[], attr: Record<string, AttrValue>, outputs: DataType[]): string {
    const name = `${op}_${this.nodes.length}`
    this.nodes.push({ name, op, input, attr, outputs })
    return name
  }

  private constant(tensor: Tensor, user: string): string {
    const dtype = typeOf(tensor, user)
    const values = unrecorded(() => nativeBackend().readSync(tensor.dataId)) as Float32Array
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    const key = `${dtype} ${tensor.shape} ${createHash('sha256').update(bytes).digest('base64')}`
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const value = { dtype, tensorShape: shapeProto(tensor.shape), tensorContent: Uint8Array.from(bytes) }
    const name = this.add('Const', [], { dtype: { type: dtype }, value: { tensor: value } }, [dtype])
    this.constants.set(key, name)
    return name
  }
}

function typeOf({ dtype }: Tensor, where: string): DataType {
  const type = TYPES[dtype]
  if (type === undefined) throw new CompileError(`${where}: a graph cannot hold a tensor of type ${dtype}`)
  return type
}

/** An attribute of an eager operation as a graph's. */
function attrValue({ name, type, value }: OpAttribute, op: string): AttrValue {
  const { binding } = nativeBackend()
  switch (type) {
    case binding['TF_ATTR_TYPE']:
      return { type: value as number }
    case binding['TF_ATTR_STRING']:
      return { s: new TextEncoder().encode(value as string) }
    case binding['TF_ATTR_BOOL']:
      return { b: value as boolean }
    case binding['TF_ATTR_INT']:
      return Array.isArray(value) ? { list: { i: value } } : { i: value as number }
    case binding['TF_ATTR_FLOAT']:
      return Array.isArray(value) ? { list: { f: value } } : { f: value as number }
    case binding['TF_ATTR_SHAPE']:
      return { shape: shapeProto(value as number[]) }
    default:
      throw new CompileError(`${op}: attribute ${name} is of an unknown kind`)
  }
}
