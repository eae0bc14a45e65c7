import { NetworkError } from '../../errors.js'
import type { Layer, Shape } from '../network.js'

export type WeightKind = 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance' | 'step'

/** A weight that a layer owns; in the network it is named `<layer>/<suffix>`. */
export interface LayerWeight {
  readonly suffix: string
  readonly shape: readonly number[]
  /** False for the running statistics of batch normalization and the steps of quantization. */
  readonly trainable: boolean
  readonly kind: WeightKind
}

/** What the rest of Tandem has to know of a layer type. All functions are pure. */
export interface LayerDefinition<L extends Layer = Layer> {
  /** Checks the layer's attributes against its inputs and gives its output shape; throws NetworkError. */
  outputShape(layer: L, inputs: readonly Shape[]): Shape
  /** Multiply–accumulates for one example; 0 for all but convolutions and dense layers. */
  macs(layer: L, inputs: readonly Shape[], output: Shape): number
  /** The layer's weights, in a fixed order. */
  weights(layer: L, inputs: readonly Shape[]): readonly LayerWeight[]
}

/** The definition of a layer type that neither multiplies nor owns weights. */
export const plain = <L extends Layer>(
  outputShape: LayerDefinition<L>['outputShape'],
): LayerDefinition<L> => ({
  outputShape,
  macs: () => 0,
  weights: () => [],
})

/** A NetworkError that names the layer and its type: `layer "conv1" (conv): <problem>`. */
export const layerError = (layer: Layer, problem: string) =>
  new NetworkError(`layer "${layer.name}" (${layer.type}): ${problem}`)

export const formatShape = (shape: Shape) => `[${shape.join(', ')}]`
