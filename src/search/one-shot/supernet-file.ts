import { InputError } from '../../errors.js'
import { readSafetensors, type Weights, weightSpecs, writeSafetensors } from '../../network/index.js'
import { sha256 } from '../../sha256.js'
import { decode } from '../space/decode.js'
import type { Space } from '../space/space.js'
import { largest } from '../space/space-architectures.js'

/** Name of a supernet's file in a run folder. */
export const SUPERNET_FILE = 'supernet.safetensors'

const KIND = 'one-shot supernet'

/** Of all that a space says: which weights there are, and what they mean. */
const digestOf = (space: Space): string => sha256(JSON.stringify(space))

/** A trained supernet: its weights, and which training images no step of it has seen (`splitTraining`). */
export interface SupernetFile {
  readonly weights: Weights
  /** Share of the training images that was held out, and the seed that says which. */
  readonly heldOut: number
  readonly seed: number
}

/** A trained one-shot supernet as a safetensors file, whose metadata names the space. */
export const writeSupernet = (space: Space, { weights, heldOut, seed }: SupernetFile): Uint8Array =>
  writeSafetensors(weights, {
    ...{ kind: KIND, space: space.name, digest: digestOf(space) },
    ...{ heldOut: String(heldOut), seed: String(seed) },
  })

/**
 * The supernet that `writeSupernet` wrote; `file` names it in errors. Throws InputError when the file is damaged, is no
 * supernet, or is that of another space, also of one that only has the same name.
 */
export function readSupernet(bytes: Uint8Array, space: Space, file: string): SupernetFile {
  const { tensors, metadata } = readSafetensors(bytes, file)
  const { kind, space: name, digest, heldOut, seed } = metadata
  if (kind !== KIND)
    throw new InputError(`${file}: not a supernet of a one-shot search; name the folder of such a run`)
  if (name !== space.name)
    throw new InputError(`${file}: a supernet of space ${name}, and this search is in space ${space.name}`)
  if (digest !== digestOf(space))
    throw new InputError(
      `${file}: a supernet of space ${name} as it was before the space was changed; train one of the space as it is now`,
    )
  if (!(Number(heldOut) >= 0 && Number(heldOut) < 1 && Number.isSafeInteger(Number(seed ?? Number.NaN))))
    throw new InputError(`${file}: does not say which images were held out of its training; it is damaged`)
  for (const { name, shape } of weightSpecs(decode(space, largest(space)))) {
    const found = tensors[name]?.shape.join('×')
    if (found !== shape.join('×'))
      throw new InputError(`${file}: weight ${name} is ${found ?? 'missing'}, expected ${shape.join('×')}`)
  }
  return { weights: tensors, heldOut: Number(heldOut), seed: Number(seed) }
}
