import type { AttributeProto, NodeProto, TensorProto } from '../schema.js'

/** A node of the file with its attributes by name. */
export interface Node {
  readonly op: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, AttributeProto>
}

/** Operators of other domains than ONNX's own carry it: `com.microsoft.Gelu`. */
export function nodeOf({ name, opType, domain, input, output, attribute }: NodeProto): Node {
  const own = domain === undefined || domain === '' || domain === 'ai.onnx'
  return {
    op: own ? opType : `${domain}.${opType}`,
    name: name || output.find(value => value !== '') || opType,
    inputs: input,
    outputs: output,
    attributes: new Map(attribute.map(each => [each.name, each])),
  }
}

export function int(node: Node, name: string): number | undefined
export function int(node: Node, name: string, otherwise: number): number
export function int({ attributes }: Node, name: string, otherwise?: number): number | undefined {
  const found = attributes.get(name)
  return found ? (found.i ?? 0) : otherwise
}

export function float(node: Node, name: string): number | undefined
export function float(node: Node, name: string, otherwise: number): number
export function float({ attributes }: Node, name: string, otherwise?: number): number | undefined {
  const found = attributes.get(name)
  return found ? (found.f ?? 0) : otherwise
}

export const ints = ({ attributes }: Node, name: string): readonly number[] | undefined =>
  attributes.get(name)?.ints

export const floats = ({ attributes }: Node, name: string): readonly number[] | undefined =>
  attributes.get(name)?.floats

export const text = ({ attributes }: Node, name: string): string | undefined => {
  const found = attributes.get(name)
  return found && new TextDecoder().decode(found.s ?? new Uint8Array())
}

export const tensor = ({ attributes }: Node, name: string): TensorProto | undefined => attributes.get(name)?.t
