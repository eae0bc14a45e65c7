import {
  createModel,
  disposeModel,
  type Evaluation,
  eager,
  evaluateWith,
  evaluationStep,
  type LabelledImages,
  resize,
  subsample,
  type Tensor,
  tf,
} from '../engine/index.js'
import { inferShapes, type Network } from '../network/index.js'
import { placementOf, readersOf } from './placement.js'
import { poolable, poolableConvolution } from './poolable.js'

/** What pooling a convolution alone does to the whole network on some images. */
export interface Sensitivity {
  readonly layer: string
  /** By how much the mean cross-entropy rises. */
  readonly loss: number
  /** By how much the share of images classified right falls. */
  readonly accuracy: number
}

/** Judges poolings of one network without making them, on the same images each time. */
export interface PoolingJudge {
  /** The network with some of its convolutions pooled. */
  evaluate(layers: readonly string[]): Evaluation
  /**
   * For every convolution that can be pooled: the error of its output, as it is interpolated, divided by the output;
   * roots of mean squares. One evaluation for all.
   */
  relativeErrors(): ReadonlyMap<string, number>
  dispose(): void
}

/**
 * A pooled convolution computes every second pixel of what it did before, exactly: it is enough to leave out the others
 * of that and to interpolate them. So nothing is built or compiled for a pooling; its evaluation takes as long as one
 * of the network, with each operation dispatched from JavaScript. The network must have weights.
 */
export function poolingJudge(network: Network, images: () => Iterable<LabelledImages>): PoolingJudge {
  const model = createModel(network)
  const readers = readersOf(network)
  const endOf = (layer: string) => placementOf(poolableConvolution(network, layer), readers).end
  const most = imagesAtOnce(network)
  const judge = (output: (layer: string, value: Tensor) => Tensor) =>
    evaluateWith(eager(evaluationStep(model, { output })), model, inParts(images(), most))
  return {
    evaluate(layers) {
      const ends = new Set(layers.map(endOf))
      return judge((layer, value) => (ends.has(layer) ? interpolated(value) : value))
    },
    relativeErrors() {
      const layers = new Map(poolable(network).layers.map(layer => [endOf(layer), layer]))
      const squares = new Map<string, { readonly error: number; readonly output: number }>()
      judge((end, value) => {
        const layer = layers.get(end)
        if (layer === undefined) return value
        const { error, output } = squares.get(layer) ?? { error: 0, output: 0 }
        squares.set(layer, {
          error: error + sumOfSquares(tf.sub(interpolated(value), value)),
          output: output + sumOfSquares(value),
        })
        return value
      })
      return new Map(
        [...squares].map(([layer, { error, output }]) => [
          layer,
          output === 0 ? 0 : Math.sqrt(error / output),
        ]),
      )
    },
    dispose: () => disposeModel(model),
  }
}

/** Bytes that the outputs of all layers may take together: step by step, none goes before the last is there. */
const OUTPUTS = 1e9

function imagesAtOnce(network: Network): number {
  const outputs = [...inferShapes(network).values()].map(shape => shape.reduce((a, b) => a * b, 1))
  return Math.max(1, Math.floor(OUTPUTS / (4 * outputs.reduce((a, b) => a + b, 0))))
}

/** The same images in batches of `most` at the most. */
export function* inParts(batches: Iterable<LabelledImages>, most: number): Generator<LabelledImages> {
  for (const { images, labels, count } of batches) {
    const size = images.length / count
    for (let from = 0; from < count; from += most) {
      const to = Math.min(from + most, count)
      const part = images.subarray(from * size, to * size)
      yield { images: part, labels: labels.subarray(from, to), count: to - from }
    }
  }
}

/** A map whose pixels of odd row or column are means of their neighbours. */
function interpolated(map: Tensor): Tensor {
  const [, height, width] = map.shape as [number, number, number, number]
  return resize(subsample(map, [2, 2]), { size: [height, width], mode: 'midpoint', alignCorners: false })
}

const sumOfSquares = (values: Tensor): number => tf.sum(tf.square(values)).dataSync()[0]!
