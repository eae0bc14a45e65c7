import { InputError } from '../errors.js'
import type { Network } from '../network/index.js'

type Builders = typeof import('../network/index.js')

/** Networks that a command takes by name. */
const NETWORKS: Readonly<Record<string, (builders: Builders) => Network>> = Object.freeze({
  resnet20: ({ resnet }) => resnet({ depth: 20 }),
  resnet32: ({ resnet }) => resnet({ depth: 32 }),
  resnet44: ({ resnet }) => resnet({ depth: 44 }),
  resnet56: ({ resnet }) => resnet({ depth: 56 }),
  resnet110: ({ resnet }) => resnet({ depth: 110 }),
  resnet50: ({ resnet50 }) => resnet50(),
  vgg16: ({ vgg16 }) => vgg16(),
  'vgg16-cifar': ({ vgg16 }) => vgg16({ variant: 'cifar' }),
  'mobilenet-v2': ({ mobilenetV2 }) => mobilenetV2(),
  'mobilenet-v2-cifar': ({ mobilenetV2 }) => mobilenetV2({ variant: 'cifar' }),
  legrnet50: ({ legrnet50 }) => legrnet50(),
})

/** The names, for help. */
export const NETWORK_NAMES: readonly string[] = Object.freeze(Object.keys(NETWORKS))

/**
 * A network by its name, from its ONNX file, or from its structure as JSON (`structureJson`). Throws InputError for an unknown name and a file that cannot be read,
 * NetworkError for a file with what Tandem has no layers for.
 */
export async function networkNamed(name: string): Promise<Network> {
  const build = Object.hasOwn(NETWORKS, name) ? NETWORKS[name] : undefined
  if (build !== undefined) return build(await import('../network/index.js'))
  if (/\.json$/i.test(name)) return (await import('../network/index.js')).readStructure(name)
  if (/\.onnx$/i.test(name)) return (await import('../network/index.js')).readOnnx(name)
  throw new InputError(
    `there is no network "${name}"; there are: ${NETWORK_NAMES.join(', ')}, and any FILE.onnx or network.json of a co-design`,
  )
}
