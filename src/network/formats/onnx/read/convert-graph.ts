import { InputError, NetworkError } from '../../../../errors.js'
import type { GraphProto } from '../schema.js'
import type { Budget } from './budget.js'
import type { Constant } from './constant.js'
import { scalarOf } from './constant.js'
import { converters } from './convert/converters.js'
import { createDraft, type Draft } from './draft.js'
import { createFolder, type Folder } from './fold/fold.js'
import type { GraphInput } from './graph-input.js'
import { type Node, nodeOf } from './node.js'
import { findPatterns, needed } from './patterns/find-patterns.js'
import { type Problem, unsupported } from './problems.js'
import type { Scope, Value } from './scope.js'
import { type Signal, usual } from './signal.js'
import { type External, readTensor } from './tensor.js'
import { Unsupported } from './unsupported.js'

export interface GraphToConvert {
  readonly graph: GraphProto
  readonly opset: number
  readonly input: GraphInput
  readonly output: string
  readonly external: External
  /** Values that computed constants and weights may hold in all. */
  readonly budget: Budget
  readonly note: (text: string) => void
}

/** A value of the graph that was not understood, or that is read only when something asks for it. */
type Known = Value | 'unknown'

interface Values {
  get(name: string): Known | undefined
  set(name: string, value: Known): void
}

/**
 * Converts a graph node by node. Values that do not depend on the input are computed; every other node becomes
 * layers, or another way to see the signal it reads. Throws one NetworkError that lists all nodes that cannot be
 * imported, InputError if the file is damaged.
 */
export function convertGraph(given: GraphToConvert): Draft {
  const { graph, input, output, note } = given
  const values = createValues(given)
  const fold = createFolder(given.budget, given.external)
  const all = needed(graph.node.map(nodeOf), [output])
  const patterns = findPatterns(all, [output], numbers(all, values, fold))
  const nodes = needed(
    all.map(node => patterns.get(node) ?? node),
    [output],
  )
  values.set(input.input.name, input.signal)
  const draft = createDraft(input.input, given.budget)
  const problems: Problem[] = []

  const convert = (node: Node): readonly Known[] => {
    const inputs = node.inputs.map(name => (name === '' ? undefined : read(node, name, values)))
    const converter = Object.hasOwn(converters, node.op) ? converters[node.op] : undefined
    if (!inputs.some(value => value === 'unknown' || value?.kind === 'signal')) {
      const folded = fold(node, inputs as (Constant | undefined)[])
      if (folded) return folded
    }
    if (!converter) throw new Unsupported('')
    if (inputs.includes('unknown')) return node.outputs.map(() => 'unknown')
    if (!inputs.some(value => value !== 'unknown' && value?.kind === 'signal'))
      throw new Unsupported('works on constants alone, which is not computed here')
    const scope: Scope = {
      node,
      opset: given.opset,
      batch: input.batch,
      inputs: inputs as Scope['inputs'],
      draft,
      note,
      isOutput: node.outputs.includes(output),
    }
    return [converter(scope)].flat() as readonly Value[]
  }

  for (const node of nodes) {
    let results: readonly Known[]
    try {
      results = convert(node)
    } catch (error) {
      if (!(error instanceof Unsupported || error instanceof NetworkError)) throw error
      problems.push({ node, problem: error.message })
      results = node.outputs.map(() => 'unknown')
    }
    node.outputs.forEach((name, index) => {
      if (name !== '' && results[index] !== undefined) values.set(name, results[index])
    })
  }
  if (problems.length > 0) throw unsupported(problems)
  draft.output = outputLayer(values.get(output), output, input.batch)
  return draft
}

/** The values of a graph by name: initializers are read when first asked for. */
function createValues({ graph, external }: GraphToConvert): Values {
  const values = new Map<string, Known>()
  const initializers = new Map(graph.initializer.map(tensor => [tensor.name, tensor]))
  return {
    get(name) {
      const found = values.get(name)
      const tensor = found === undefined ? initializers.get(name) : undefined
      if (!tensor) return found
      const constant = readTensor(tensor, name, external)
      values.set(name, constant)
      return constant
    },
    set: (name, value) => void values.set(name, value),
  }
}

function read(node: Node, name: string, values: Values): Known {
  const value = values.get(name)
  if (value === undefined)
    throw new InputError(`node "${node.name}" (${node.op}) reads "${name}", which nothing before it gives`)
  return value
}

/** The single values among the constants, for patterns that are told by them. */
function numbers(nodes: readonly Node[], values: Values, fold: Folder) {
  const producers = new Map(nodes.flatMap(node => node.outputs.map(value => [value, node] as const)))
  return (name: string | undefined): number | undefined => {
    const producer = name === undefined ? undefined : producers.get(name)
    if (name === undefined || (producer && producer.op !== 'Constant')) return undefined
    const value = producer ? fold(producer, [])?.[0] : values.get(name)
    return value === undefined || value === 'unknown' || value.kind === 'signal' ? undefined : scalarOf(value)
  }
}

/** The layer that gives the output, which must hold its values in Tandem's order. */
function outputLayer(value: Known | undefined, name: string, batch: number): string {
  if (value === undefined || value === 'unknown')
    throw new InputError(`its output "${name}" is given by none of its nodes`)
  if (value.kind === 'constant') throw new NetworkError(`its output "${name}" does not depend on its input`)
  if (value.axes.some(({ of }) => of === 'features'))
    throw new NetworkError(
      `its output "${name}" is a flattened feature map; add a dense layer or leave it a map`,
    )
  return plainly(value, batch)
}

/** Refuses an output whose channels are split or that has lost axes. */
function plainly(value: Signal, batch: number): string {
  const usualAxes = usual(value.layer, value.shape, batch).axes.filter(({ size }) => size > 1)
  const labels = value.axes.filter(({ size }) => size > 1).map(({ of }) => of)
  const known = new Set(usualAxes.map(({ of }) => of))
  if (labels.some(of => of !== 'batch' && !known.has(of)))
    throw new NetworkError(
      `its output is laid out as [${labels.join(', ')}]; Tandem has no layer that gives it`,
    )
  return value.layer
}
