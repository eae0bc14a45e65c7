import {
  type ActivationFunction,
  type Conv,
  inferShapes,
  type Layer,
  type Network,
  type Pool,
  type Resize,
  type Shape,
} from '../../src/network/index.js'

/** A value of one example, row-major over [height, width, channels] or [features]. */
interface Value {
  readonly shape: Shape
  readonly data: Float64Array
}

const volume = (shape: Shape) => shape.reduce((product, size) => product * size, 1)

/** Runs the network on one example by the definitions alone: plain loops in double precision, no speed. */
export function referenceForward(network: Network, example: ArrayLike<number>): Float64Array {
  const shapes = inferShapes(network)
  const values = new Map<string, Value>()
  values.set(network.input.name, { shape: network.input.shape, data: Float64Array.from(example) })
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(name => values.get(name)!)
    const weight = (suffix: string) => network.weights[`${layer.name}/${suffix}`]?.data
    const shape = shapes.get(layer.name)!
    values.set(layer.name, { shape, data: forward(layer, inputs, shape, weight) })
  }
  return values.get(network.layers.at(-1)!.name)!.data
}

const roundToEven = (value: number): number => {
  const up = Math.round(value)
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up
}

type WeightOf = (suffix: string) => Float32Array | undefined

function forward(layer: Layer, inputs: readonly Value[], shape: Shape, weight: WeightOf): Float64Array {
  const x = inputs[0]!
  const channels = shape.at(-1)!
  const fill = (value: (index: number) => number) =>
    Float64Array.from({ length: volume(shape) }, (_, index) => value(index))
  switch (layer.type) {
    case 'conv':
      return convolve(layer, x, shape, weight)
    case 'batchNorm': {
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(weight)
      return fill(i => {
        const c = i % channels
        return (gamma![c]! * (x.data[i]! - mean![c]!)) / Math.sqrt(variance![c]! + layer.epsilon) + beta![c]!
      })
    }
    case 'layerNorm':
      return fill(i => {
        const [c, first] = [i % channels, i - (i % channels)]
        const pixel = x.data.subarray(first, first + channels)
        const mean = pixel.reduce((sum, value) => sum + value, 0) / channels
        const variance = pixel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels
        const normal = (x.data[i]! - mean) / Math.sqrt(variance + layer.epsilon)
        return normal * weight('gamma')![c]! + weight('beta')![c]!
      })
    case 'scale':
      return fill(i => x.data[i]! * weight('gamma')![i % channels]! + (weight('beta')?.[i % channels] ?? 0))
    case 'activation':
      return x.data.map(value => activations[layer.function](value, layer.slope ?? 0))
    case 'add':
      return fill(i => inputs.reduce((sum, { data }) => sum + data[i]!, 0))
    case 'multiply':
      return fill(i =>
        inputs.reduce(
          (product, { data }) => product * data[data.length === volume(shape) ? i : i % channels]!,
          1,
        ),
      )
    case 'concat':
      return fill(i => {
        let c = i % channels
        const place = Math.floor(i / channels)
        for (const { shape: from, data } of inputs) {
          const width = from.at(-1)!
          if (c < width) return data[place * width + c]!
          c -= width
        }
        throw new Error('unreachable')
      })
    case 'pad':
      return atPixels(shape, (row, col, c) => {
        const [y, left] = [row - layer.padding[0], col - layer.padding[2]]
        return y >= 0 && y < x.shape[0]! && left >= 0 && left < x.shape[1]! ? x.data[at(x, y, left, c)]! : 0
      })
    case 'resize':
      return resample(layer, x)
    case 'sliceChannels':
      return fill(i => x.data[Math.floor(i / channels) * x.shape.at(-1)! + layer.start + (i % channels)]!)
    case 'channelShuffle':
      return fill(i => {
        const [c, width] = [i % channels, channels / layer.groups]
        return x.data[i - c + (c % layer.groups) * width + Math.floor(c / layer.groups)]!
      })
    case 'pool':
      return slidePool(layer, x, shape)
    case 'globalAveragePool':
      return fill(c => {
        const places = x.data.length / channels
        let sum = 0
        for (let place = 0; place < places; place++) sum += x.data[place * channels + c]!
        return sum / places
      })
    case 'subsample':
      return fill(i => {
        const [, width] = shape as [number, number]
        const [c, col, row] = [
          i % channels,
          Math.floor(i / channels) % width,
          Math.floor(i / channels / width),
        ]
        return x.data[at(x, row * layer.strides[0], col * layer.strides[1], c)]!
      })
    case 'padChannels':
      return fill(i => {
        const width = x.shape.at(-1)!
        const c = (i % channels) - layer.before
        return c >= 0 && c < width ? x.data[Math.floor(i / channels) * width + c]! : 0
      })
    case 'dense':
      return fill(unit =>
        x.data.reduce(
          (sum, value, i) => sum + value * weight('kernel')![i * channels + unit]!,
          weight('bias')?.[unit] ?? 0,
        ),
      )
    case 'softmax':
      return fill(i => {
        const row = x.data.subarray(i - (i % channels), i - (i % channels) + channels)
        const most = Math.max(...row)
        return Math.exp(x.data[i]! - most) / row.reduce((sum, value) => sum + Math.exp(value - most), 0)
      })
    case 'quantize': {
      const [step, most] = [weight('step')?.[0] ?? 1, 2 ** (layer.bits - 1)]
      if (layer.bits === 1) return fill(i => (x.data[i]! >= 0 ? 1 : -1))
      return fill(i => step * Math.min(Math.max(roundToEven(x.data[i]! / step), -most), most - 1))
    }
    case 'flatten':
    case 'dropout':
      return x.data
  }
}

const hardSigmoid = (x: number) => Math.min(Math.max(x + 3, 0), 6) / 6
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
/** Maclaurin's series, which is exact to 1e-9 for the |x| < 5 of these tests; ±1 beyond. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x)
  let [sum, term] = [0, x]
  for (let n = 0; n < 120; n++) {
    sum += term / (2 * n + 1)
    term *= -(x * x) / (n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

const activations: Readonly<Record<ActivationFunction, (x: number, slope: number) => number>> = {
  relu: x => Math.max(x, 0),
  relu6: x => Math.min(Math.max(x, 0), 6),
  sigmoid,
  hardSigmoid,
  hardSwish: x => x * hardSigmoid(x),
  silu: x => x * sigmoid(x),
  leakyRelu: (x, slope) => (x > 0 ? x : slope * x),
  gelu: x => (x * (1 + erf(x / Math.SQRT2))) / 2,
}

const at = ({ shape: [, width, channels] }: Value, row: number, col: number, c: number) =>
  (row * width! + col) * channels! + c

/** Calls `visit` for every pixel of the map that the window of output pixel (row, col) covers. */
function overWindow(
  layer: Conv | Pool,
  { shape: [height, width] }: Value,
  [row, col]: readonly [number, number],
  visit: (y: number, x: number, ky: number, kx: number) => void,
): void {
  const [dy, dx] = layer.type === 'conv' ? layer.dilations : [1, 1]
  for (let ky = 0; ky < layer.kernel[0]; ky++)
    for (let kx = 0; kx < layer.kernel[1]; kx++) {
      const y = row * layer.strides[0] - layer.padding[0] + ky * dy
      const x = col * layer.strides[1] - layer.padding[2] + kx * dx
      if (y >= 0 && y < height! && x >= 0 && x < width!) visit(y, x, ky, kx)
    }
}

function convolve(layer: Conv, x: Value, [height, width]: Shape, weight: WeightOf): Float64Array {
  const { filters, kernel, groups } = layer
  const [w, bias] = [weight('kernel')!, weight('bias')]
  const depth = x.shape[2]! / groups
  const out = new Float64Array(height! * width! * filters)
  for (let row = 0; row < height!; row++)
    for (let col = 0; col < width!; col++)
      for (let f = 0; f < filters; f++) {
        const first = Math.floor(f / (filters / groups)) * depth
        let sum = bias?.[f] ?? 0
        overWindow(layer, x, [row, col], (y, xx, ky, kx) => {
          const from = at(x, y, xx, first)
          const tap = (ky * kernel[1] + kx) * depth
          for (let c = 0; c < depth; c++) sum += x.data[from + c]! * w[(tap + c) * filters + f]!
        })
        out[(row * width! + col) * filters + f] = sum
      }
  return out
}

function slidePool(layer: Pool, x: Value, [height, width, channels]: Shape): Float64Array {
  const out = new Float64Array(height! * width! * channels!)
  for (let row = 0; row < height!; row++)
    for (let col = 0; col < width!; col++)
      for (let c = 0; c < channels!; c++) {
        const seen: number[] = []
        overWindow(layer, x, [row, col], (y, xx) => seen.push(x.data[at(x, y, xx, c)]!))
        out[(row * width! + col) * channels! + c] =
          layer.function === 'max'
            ? Math.max(...seen)
            : seen.reduce((a, b) => a + b, 0) /
              (layer.includePadding ? layer.kernel[0] * layer.kernel[1] : seen.length)
      }
  return out
}

function atPixels(
  [height, width, channels]: Shape,
  value: (row: number, col: number, c: number) => number,
): Float64Array {
  const out = new Float64Array(height! * width! * channels!)
  for (let row = 0, i = 0; row < height!; row++)
    for (let col = 0; col < width!; col++) for (let c = 0; c < channels!; c++) out[i++] = value(row, col, c)
  return out
}

const aligned = (i: number, from: number, to: number) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0)

/** Two pixels of the input and the share of the second, for pixel `i` of the output, along one axis. */
function between({ mode, alignCorners }: Resize, i: number, from: number, to: number) {
  if (mode === 'nearest') return { low: Math.floor((i * from) / to), high: 0, share: 0 }
  const at = mode === 'midpoint' ? i / 2 : alignCorners ? aligned(i, from, to) : ((i + 0.5) * from) / to - 0.5
  const place = Math.min(Math.max(at, 0), from - 1)
  const low = Math.floor(place)
  return { low, high: Math.min(low + 1, from - 1), share: place - low }
}

function resample(layer: Resize, x: Value): Float64Array {
  const [height, width, channels] = x.shape as [number, number, number]
  return atPixels([...layer.size, channels], (row, col, c) => {
    const [v, h] = [between(layer, row, height, layer.size[0]), between(layer, col, width, layer.size[1])]
    const along = (y: number) => {
      const [a, b] = [x.data[at(x, y, h.low, c)]!, x.data[at(x, y, h.high, c)]!]
      return a + (b - a) * h.share
    }
    const [a, b] = [along(v.low), along(v.high)]
    return a + (b - a) * v.share
  })
}
