import { readFileSync } from 'node:fs'
import { InputError } from '../../../../errors.js'
import { decodeModel, type ModelProto } from '../schema.js'

/** The bytes of a file. Throws InputError where it cannot be read. */
export function fileBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(
      `${file}: cannot be read (${code === 'ENOENT' ? 'there is no such file' : (code ?? message)})`,
    )
  }
}

/** Operator sets whose meaning is known here. */
const OPSETS = { first: 7, last: 21 } as const

/** A decoded model that has a graph, and the version of its operator set. */
export interface Loaded {
  readonly model: ModelProto
  readonly opset: number
}

/** Decodes a model. Throws InputError if the bytes are damaged, no ONNX model, or of an operator set too old or new. */
export function loadModel(bytes: Uint8Array, source: string): Loaded {
  const fail = (problem: string): never => {
    throw new InputError(`${source}: ${problem}`)
  }
  let model: ModelProto
  try {
    model = decodeModel(bytes)
  } catch (error) {
    return fail(`is damaged, truncated or no ONNX model (${(error as Error).message})`)
  }
  if (!model.graph || model.graph.node.length === 0)
    fail('holds no graph of ONNX nodes; it is no ONNX model or empty')
  const { version: opset } =
    model.opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx') ?? {}
  if (opset === undefined) return fail('does not say which ONNX operator set it uses; it may be truncated')
  if (opset < OPSETS.first || opset > OPSETS.last)
    fail(`uses ONNX operator set ${opset}; export it with one from ${OPSETS.first} to ${OPSETS.last}`)
  return { model, opset }
}
