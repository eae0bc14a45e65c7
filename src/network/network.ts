/** A named weight: shape in Tandem's layout (convolutions HWIO, dense in × out) and its values, row-major. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export type Weights = Readonly<Record<string, Weight>>

/** Shape of one example without its batch dimension: [height, width, channels] or [features]. */
export type Shape = readonly number[]

/** Explicit zero padding in pixels: [top, bottom, left, right]. */
export type Padding = readonly [number, number, number, number]

interface Common {
  /** Unique within the network; the weights are named after it: `<name>/kernel`. */
  readonly name: string
  /** Names of the layers (or of the network's input) that feed this one, in order. */
  readonly inputs: readonly string[]
}

/**
 * Convolution. Kernel weight `<name>/kernel`: [kh, kw, in / groups, filters]; bias `<name>/bias`: [filters].
 * Depthwise iff groups = in > 1.
 */
export interface Conv extends Common {
  readonly type: 'conv'
  readonly filters: number
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: Padding
  readonly dilations: readonly [number, number]
  readonly groups: number
  readonly bias: boolean
}

/** Batch normalization over channels. Weights `gamma`, `beta` (trained), `mean`, `variance` (running): [channels]. */
export interface BatchNorm extends Common {
  readonly type: 'batchNorm'
  readonly epsilon: number
  /** Weight of the old running statistics when they are updated. */
  readonly momentum: number
}

/**
 * Layer normalization over the channels of each pixel: y = gamma · (x − mean) / √(variance + epsilon) + beta.
 * Weights `gamma`, `beta`: [channels].
 */
export interface LayerNorm extends Common {
  readonly type: 'layerNorm'
  readonly epsilon: number
}

/** y = gamma · x per channel, and + beta with `shift`. Weights `gamma`, `beta`: [channels]. */
export interface Scale extends Common {
  readonly type: 'scale'
  readonly shift: boolean
}

/**
 * relu6 = min(max(x, 0), 6); hardSigmoid = relu6(x + 3) / 6; hardSwish = x · hardSigmoid(x); silu = x · sigmoid(x);
 * leakyRelu = x where x > 0, slope · x elsewhere; gelu = x · (1 + erf(x / √2)) / 2.
 */
export type ActivationFunction =
  | 'relu'
  | 'relu6'
  | 'sigmoid'
  | 'hardSigmoid'
  | 'hardSwish'
  | 'silu'
  | 'leakyRelu'
  | 'gelu'

export interface Activation extends Common {
  readonly type: 'activation'
  readonly function: ActivationFunction
  /** Of leakyRelu, and there only. */
  readonly slope?: number
}

/** Elementwise sum of two or more inputs of equal shape. */
export interface Add extends Common {
  readonly type: 'add'
}

/** Elementwise product; a [1, 1, c] or [c] input is broadcast over height and width. */
export interface Multiply extends Common {
  readonly type: 'multiply'
}

/** Concatenation along channels. */
export interface Concat extends Common {
  readonly type: 'concat'
}

/** Zeros around a feature map. */
export interface Pad extends Common {
  readonly type: 'pad'
  readonly padding: Padding
}

/** Max or average pooling. */
export interface Pool extends Common {
  readonly type: 'pool'
  readonly function: 'max' | 'average'
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: Padding
  /** Whether an average counts the padding's zeros; a maximum never does. */
  readonly includePadding: boolean
}

/** Mean over height and width: [h, w, c] → [c], or → [1, 1, c] with `keepSpatial`. */
export interface GlobalAveragePool extends Common {
  readonly type: 'globalAveragePool'
  readonly keepSpatial: boolean
}

/** Every `strides`-th pixel: [h, w, c] → [⌈h / sh⌉, ⌈w / sw⌉, c]. */
export interface Subsample extends Common {
  readonly type: 'subsample'
  readonly strides: readonly [number, number]
}

/**
 * Resampling to a height and width. `nearest`: row i of the output is row ⌊i · height / newHeight⌋ of the input.
 * `bilinear`: between the rows around (i + ½) · height / newHeight − ½, or around i · (height − 1) / (newHeight − 1)
 * with `alignCorners`. `midpoint`, to twice the size or one less: row 2i is row i of the input, row 2i + 1 the mean of
 * rows i and i + 1, or row i again where it is the last. Columns likewise.
 */
export interface Resize extends Common {
  readonly type: 'resize'
  readonly size: readonly [number, number]
  readonly mode: 'nearest' | 'bilinear' | 'midpoint'
  readonly alignCorners: boolean
}

/** `count` channels from channel `start` on. */
export interface SliceChannels extends Common {
  readonly type: 'sliceChannels'
  readonly start: number
  readonly count: number
}

/** Interleaves `groups` equal groups of channels: output channel j · groups + g is channel j of group g. */
export interface ChannelShuffle extends Common {
  readonly type: 'channelShuffle'
  readonly groups: number
}

/** Zero channels before and after (the option-A shortcut of CIFAR ResNets). */
export interface PadChannels extends Common {
  readonly type: 'padChannels'
  readonly before: number
  readonly after: number
}

/**
 * Rounding to integers of `bits` bits (8 or 16) times a step, halves to the even one:
 * y = step · min(max(round(x / step), −2^(bits − 1)), 2^(bits − 1) − 1). With 1 bit y = 1 where x ≥ 0 and −1 elsewhere,
 * without a step. Weight `<name>/step`: [1], calibrated and not trained.
 */
export interface Quantize extends Common {
  readonly type: 'quantize'
  readonly bits: number
}

/** Row-major flattening to a vector. */
export interface Flatten extends Common {
  readonly type: 'flatten'
}

/** Fully connected: kernel [in, units], bias [units]. */
export interface Dense extends Common {
  readonly type: 'dense'
  readonly units: number
  readonly bias: boolean
}

/** Dropout while training, identity otherwise. */
export interface Dropout extends Common {
  readonly type: 'dropout'
  readonly rate: number
}

export interface Softmax extends Common {
  readonly type: 'softmax'
}

export type Layer =
  | Conv
  | BatchNorm
  | LayerNorm
  | Scale
  | Activation
  | Add
  | Multiply
  | Concat
  | Pad
  | Pool
  | GlobalAveragePool
  | Subsample
  | Resize
  | SliceChannels
  | ChannelShuffle
  | PadChannels
  | Quantize
  | Flatten
  | Dense
  | Dropout
  | Softmax

export type LayerType = Layer['type']
export type LayerOf<T extends LayerType> = Extract<Layer, { type: T }>

/** What a block of a search space became in this network: device tables are read by it. */
export interface BlockChoice {
  readonly block: string
  /** `5x5-e6`, `skip`, … */
  readonly choice: string
}

/**
 * An immutable graph of layers plus named weights. Layers stand in topological order; the last one is the
 * output. `weights` may be empty while only the structure matters.
 */
export interface Network {
  readonly name: string
  readonly input: { readonly name: string; readonly shape: Shape }
  readonly layers: readonly Layer[]
  readonly weights: Weights
  /** Set for networks decoded from a search space. */
  readonly architecture?: { readonly space: string; readonly choices: readonly BlockChoice[] }
}
