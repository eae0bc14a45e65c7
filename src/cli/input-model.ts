import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Dataset } from '../data/index.js'
import { DataError, InputError } from '../errors.js'
import {
  createNetwork,
  inferShapes,
  type Layer,
  type Network,
  readOnnx,
  readStructure,
} from '../network/index.js'
import { isPacked, readPacked } from '../quantize/packed-index.js'
import { sha256 } from '../sha256.js'

/** A file that a command was given: ONNX, or the packed form of a quantized network. */
export interface InputModel {
  /** Absolute. */
  readonly file: string
  /** Of its bytes: a run that is resumed must find the same. */
  readonly sha256: string
  /** Up to the logits. */
  readonly network: Network
  /** The softmax that followed them, if any. */
  readonly softmax: Layer | undefined
}

/**
 * Reads a model. `note` is told what is worth knowing of the import. Throws what `readOnnx` throws, of a packed file what
 * `readPacked` does.
 */
export function readModel(file: string, note: (text: string) => void = () => {}): InputModel {
  const path = resolve(file)
  const whole = beginsPacked(path)
    ? readPacked(readFileSync(path), file).network
    : readOnnx(path, { source: file, note })
  const sha256 = hashOf(path)
  const last = whole.layers.at(-1)!
  if (last.type !== 'softmax' || whole.layers.length === 1)
    return { file: path, sha256, network: whole, softmax: undefined }
  return {
    file: path,
    sha256,
    network: createNetwork({ ...whole, layers: whole.layers.slice(0, -1) }),
    softmax: last,
  }
}

const hashOf = (file: string): string => sha256(readFileSync(file))

/** Of what cannot be read `readOnnx` says why. */
function beginsPacked(path: string): boolean {
  const bytes = new Uint8Array(8)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, bytes)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
  return isPacked(bytes)
}

/** A structure as a model without weights. Throws what `readStructure` throws. */
export function readStructureModel(file: string): InputModel {
  const network = readStructure(file)
  return { file: resolve(file), sha256: hashOf(file), network, softmax: undefined }
}

/** Reads a model again. Throws InputError when its file holds something else by now. */
export const readSameModel = (kept: Pick<InputModel, 'file' | 'sha256'>): InputModel =>
  refuseOther(readModel(kept.file), kept)

/** The model that was read, if it is the one that a run was begun with. Throws InputError where it is not. */
export function refuseOther(
  model: InputModel,
  { file, sha256 }: Pick<InputModel, 'file' | 'sha256'>,
): InputModel {
  if (model.sha256 === sha256) return model
  throw new InputError(`${file} has changed since the run began: put the old file back, or begin another run`)
}

/** A network with the softmax that its model had. */
export const withSoftmax = (network: Network, { softmax }: Pick<InputModel, 'softmax'>): Network =>
  softmax === undefined ? network : createNetwork({ ...network, layers: [...network.layers, softmax] })

/** Throws DataError when images or classes of the data are not those of the model. */
export function checkFits({ network, file }: Pick<InputModel, 'network' | 'file'>, dataset: Dataset): void {
  const [input, images] = [network.input.shape, dataset.shape].map(shape => shape.join('×'))
  if (input !== images)
    throw new DataError(
      `${file} takes images of ${input}, and ${dataset.name} has ${images}; use data of that size (folder:DIR?size=N scales)`,
    )
  const output = inferShapes(network).get(network.layers.at(-1)!.name)!
  if (output.length !== 1)
    throw new DataError(`${file} gives [${output.join(', ')}] for an image, not one number for each class`)
  if (output[0] !== dataset.classes.length)
    throw new DataError(
      `${file} tells ${output[0]} classes apart, and ${dataset.name} has ${dataset.classes.length}`,
    )
}
