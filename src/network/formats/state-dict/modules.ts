import type { Weight } from '../../network.js'
import { oihwToHwio, transposed } from '../kernel-layout.js'
import type { Tensors } from '../safetensors.js'

/** What a module's tensors are: a convolution's, a dense layer's, a batch normalization's, or a scale and shift. */
export type ModuleKind = 'conv' | 'dense' | 'batchNorm' | 'affine'

/** The tensors of a file that belong to one layer, under Tandem's suffixes and in its layout. */
export interface Module {
  readonly name: string
  readonly kind: ModuleKind
  /** By suffix: the tensor's name in the file and its values. */
  readonly tensors: ReadonlyMap<string, { readonly name: string; readonly weight: Weight }>
  /** Whether kernels were [out, in, …] in the file and features are counted channel by channel. */
  readonly channelsFirst: boolean
}

const KERAS: Readonly<Record<string, string>> = {
  kernel: 'kernel',
  depthwise_kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  moving_mean: 'mean',
  moving_variance: 'variance',
  mean: 'mean',
  variance: 'variance',
}

const TORCH: Readonly<Record<string, string>> = {
  weight: 'kernel',
  bias: 'bias',
  running_mean: 'mean',
  running_var: 'variance',
}

/** PyTorch counts batches beside the statistics; nothing is computed with it. */
const isCounter = (name: string) => name.endsWith('.num_batches_tracked')

/**
 * The modules of a file, in its order: PyTorch's `<module>.weight` [out, in, kh, kw], `.bias`, `.running_mean`, `.running_var`, and
 * `<layer>/kernel` [kh, kw, in, out], `/gamma`, `/moving_mean`, … of TensorFlow and Tandem. A tensor of another name
 * is a module of its own with one value a channel. `module.` before every name is left out.
 */
export function modulesOf(tensors: Tensors): readonly Module[] {
  const names = Object.keys(tensors).filter(name => !isCounter(name))
  const wrapped = names.length > 0 && names.every(name => name.startsWith('module.'))
  const groups = new Map<string, Map<string, string>>()
  for (const name of names) {
    const [module, suffix] = partsOf(wrapped ? name.slice('module.'.length) : name)
    const known = groups.get(module)
    if (known) known.set(suffix, name)
    else groups.set(module, new Map([[suffix, name]]))
  }
  return [...groups].map(([name, suffixes]) => moduleOf(name, suffixes, tensors))
}

/** Module and suffix of a tensor's name. */
function partsOf(name: string): readonly [string, string] {
  const plain = name.replace(/:0$/, '')
  const at = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf('/'))
  const suffix = plain.slice(at + 1)
  const known = plain[at] === '/' ? KERAS : { ...TORCH, ...KERAS }
  return at > 0 && Object.hasOwn(known, suffix) ? [plain.slice(0, at), suffix] : [plain, 'gamma']
}

function moduleOf(name: string, suffixes: ReadonlyMap<string, string>, tensors: Tensors): Module {
  const channelsFirst = suffixes.has('weight') || suffixes.has('running_mean')
  const main = suffixes.get('weight') ?? suffixes.get('kernel') ?? suffixes.get('depthwise_kernel')
  const rank = main === undefined ? 1 : tensors[main]!.shape.length
  const statistics = ['running_mean', 'moving_mean', 'mean'].some(suffix => suffixes.has(suffix))
  const kind = statistics ? 'batchNorm' : rank === 4 ? 'conv' : rank === 2 ? 'dense' : 'affine'
  const scales = kind === 'batchNorm' || kind === 'affine'
  const found = [...suffixes].map(([suffix, tensor]) => {
    const plain = { ...TORCH, ...KERAS }[suffix]!
    const ours = scales ? ({ kernel: 'gamma', bias: 'beta' }[plain] ?? plain) : plain
    return [ours, { name: tensor, weight: laidOut(tensors[tensor]!, suffix, scales) }] as const
  })
  return { name, kind, tensors: new Map(found), channelsFirst }
}

/** A tensor in Tandem's layout. */
function laidOut(weight: Weight, suffix: string, scales: boolean): Weight {
  const { shape, data } = weight
  if (suffix === 'weight' && shape.length === 4) return oihwToHwio(weight)
  if (suffix === 'weight' && shape.length === 2) return transposed(weight)
  if (suffix === 'depthwise_kernel' && shape.length === 4)
    return { shape: [shape[0]!, shape[1]!, 1, shape[2]! * shape[3]!], data }
  const values = shape.filter(size => size !== 1)
  return scales && values.length < 2 ? { shape: [data.length], data } : weight
}
