import { inputShapes } from '../../../infer-shapes.js'
import { layerDefinition } from '../../../layers/layer-definition.js'
import type { Layer, LayerOf, LayerType, Network, Shape, Weight } from '../../../network.js'
import type { Budget } from './budget.js'
import { refuse } from './unsupported.js'

/** Where a layer comes from: names are made of it. */
export interface Origin {
  readonly node: string
  readonly op: string
  /** Name of the tensor that is its first weight. */
  readonly weight?: string
}

export type Attributes<T extends LayerType> = Omit<LayerOf<T>, 'type' | 'name' | 'inputs'>

/** Values of one example that a layer may give; more is no image network, and no arithmetic on it is safe. */
const LARGEST_OUTPUT = 2 ** 31

/** A network being put together. Layers stand in topological order under names of their own, `#1`, `#2`, … */
export interface Draft {
  readonly input: Network['input']
  readonly layers: Map<string, Layer>
  readonly shapes: Map<string, Shape>
  /** By `<layer>/<suffix>`. */
  readonly weights: Map<string, Weight>
  readonly origins: Map<string, Origin>
  output: string
  /** Appends a layer and gives its name. Throws NetworkError if its inputs do not fit. */
  add<T extends LayerType>(
    type: T,
    inputs: readonly string[],
    attributes: Attributes<T>,
    origin: Origin,
    weights?: Readonly<Record<string, Weight>>,
  ): string
}

export function createDraft(input: Network['input'], budget: Budget): Draft {
  const draft: Draft = {
    input,
    layers: new Map(),
    shapes: new Map([[input.name, input.shape]]),
    weights: new Map(),
    origins: new Map(),
    output: input.name,
    add(type, inputs, attributes, origin, weights = {}) {
      const name = `#${draft.layers.size + 1}`
      const layer = { type, name, inputs, ...attributes } as unknown as Layer
      const shape = layerDefinition(layer).outputShape(layer, inputShapes(layer, draft.shapes))
      if (shape.reduce((product, size) => product * size, 1) > LARGEST_OUTPUT)
        refuse(`gives [${shape}], more values than an image network has`)
      draft.layers.set(name, layer)
      draft.shapes.set(name, shape)
      draft.origins.set(name, origin)
      for (const [suffix, weight] of Object.entries(weights)) {
        budget.spend(
          weight.data.length,
          () => `node "${origin.node}" (${origin.op}) asks for a weight [${weight.shape}]`,
        )
        draft.weights.set(`${name}/${suffix}`, weight)
      }
      return name
    },
  }
  return draft
}
