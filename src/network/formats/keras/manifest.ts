import { InputError } from '../../../errors.js'
import { bytesToFloats, halfToFloat } from '../bytes.js'
import { externalData } from '../onnx/read/external-data.js'
import type { ModelJson, WeightJson } from './model-json.js'

export interface KerasWeight {
  readonly shape: readonly number[]
  /** Throws InputError for a type that is no float and not quantized from one. */
  values(): Float32Array
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
}

/**
 * The weights of a manifest by name. A group's shards are read one after another from the folder of `file`; its
 * weights follow each other in them without gaps. Throws InputError if a shard is missing, leads out of the folder,
 * or the shards hold more or fewer bytes than the weights need.
 */
export function readManifest(
  file: string,
  groups: ModelJson['weightsManifest'],
): ReadonlyMap<string, KerasWeight> {
  const read = externalData(file)
  const found = new Map<string, KerasWeight>()
  for (const { paths, weights } of groups) {
    const shards = paths.map(path => read(path, 0, undefined))
    const needed = weights.reduce((sum, weight) => sum + bytesOf(weight), 0)
    const held = shards.reduce((sum, shard) => sum + shard.length, 0)
    if (needed !== held)
      throw new InputError(
        `${paths.join(', ')}: the manifest describes ${needed} bytes of weights, the file holds ${held}; ` +
          (held < needed ? 'it is truncated' : 'it belongs to another model'),
      )
    const bytes = shards.length === 1 ? shards[0]! : new Uint8Array(Buffer.concat(shards))
    let at = 0
    for (const weight of weights) {
      if (found.has(weight.name)) throw new InputError(`the manifest has two weights named "${weight.name}"`)
      const part = bytes.subarray(at, at + bytesOf(weight))
      at += part.length
      found.set(weight.name, { shape: weight.shape, values: () => valuesOf(weight, part) })
    }
  }
  return found
}

function bytesOf({ name, shape, dtype, quantization }: WeightJson): number {
  const size = BYTES[quantization?.dtype ?? dtype]
  if (size === undefined) throw new InputError(`weight "${name}" is of type ${dtype}, which cannot be read`)
  return shape.reduce((product, length) => product * length, size)
}

/** A quantized value q stands for q · scale + min. */
function valuesOf({ name, dtype, quantization }: WeightJson, bytes: Uint8Array): Float32Array {
  if (dtype !== 'float32') throw new InputError(`weight "${name}" is of type ${dtype}; it must be float32`)
  if (!quantization) return bytesToFloats(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (quantization.dtype === 'float16')
    return Float32Array.from({ length: bytes.length / 2 }, (_, i) => halfToFloat(view.getUint16(2 * i, true)))
  const { min, scale } = quantization
  if (min === undefined || scale === undefined)
    throw new InputError(
      `weight "${name}" is quantized to ${quantization.dtype} without its scale and minimum`,
    )
  return quantization.dtype === 'uint8'
    ? Float32Array.from(bytes, q => q * scale + min)
    : Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true) * scale + min)
}
