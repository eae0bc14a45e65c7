import type { Dataset } from '../data/index.js'
import { InputError } from '../errors.js'
import { type Network, resnet, vggSmall } from '../network/index.js'
import { checkFits, type InputModel } from './input-model.js'

/** Networks that a command can make, to be trained from scratch. */
export const BUILDERS = 'resnet20 (or another depth 6n + 2), vgg-small or vgg-small:WIDTH'

const RESNET = /^resnet(\d+)$/
const VGG = /^vgg-small(?::(\d*\.?\d+))?$/

/** Whether a model is the name of a network that is to be made, not a file. */
export const isBuilder = (model: string): boolean => RESNET.test(model) || VGG.test(model)

/**
 * A network by its name, without weights, for the classes of the data. Throws NetworkError for a depth that cannot be,
 * DataError where images are not of its size.
 */
export function builtModel(name: string, dataset: Dataset): InputModel {
  const network = build(name, dataset)
  const model = { file: name, sha256: '', network, softmax: undefined }
  checkFits(model, dataset)
  return model
}

function build(name: string, { classes: { length: classes }, shape }: Dataset): Network {
  const depth = RESNET.exec(name)?.[1]
  if (depth !== undefined) return resnet({ depth: Number(depth), classes })
  const width = VGG.exec(name)?.[1] ?? '1'
  if (!(Number(width) > 0)) throw new InputError(`${name}: expected a width above 0, such as vgg-small:0.5`)
  return vggSmall({ classes, width: Number(width), input: shape })
}
