import {
  batchFeeds,
  compile,
  eager,
  execute,
  type LabelledImages,
  type Step,
  type Tensor,
  withTensors,
} from '../engine/index.js'
import { type FilterTerms, quantizeKernels } from './quantize-kernels.js'
import { decisionFeeds, type QuantizedModel, readQuantized } from './quantized-model.js'

export interface FeatureMapOptions {
  /** Whether feature maps are rounded on the way, or left as they are. */
  readonly rounds: boolean
  /** Whose statistics batch norms take. */
  readonly statistics?: 'running' | 'batch'
  /** Whether the step becomes a graph, which takes as long as some batches; by default it does. */
  readonly compiled?: boolean
}

/**
 * What every quantizer of a model reads, by its name, with quantized kernels: a step whose feeds are `images` and those of
 * `decisionFeeds`. Nothing is updated.
 */
const featureMaps =
  (
    quantized: QuantizedModel,
    { rounds, statistics = 'running' }: Omit<FeatureMapOptions, 'compiled'>,
  ): Step =>
  feeds => {
    const { prepared } = quantized
    const images = feeds['images']!
    const values = readQuantized(quantized)
    const { kernels } = quantizeKernels(prepared, values, layer => quantized.decisionOf(layer, values, feeds))
    const inputs = new Map(prepared.quantizers.map(({ name, input }) => [name, input]))
    const seen = new Map([[prepared.network.input.name, images]])
    const read: Record<string, Tensor> = {}
    const output = (name: string, value: Tensor): Tensor => {
      const input = inputs.get(name)
      if (input === undefined) {
        seen.set(name, value)
        return value
      }
      read[name] = seen.get(input)!
      const result = rounds ? value : read[name]
      seen.set(name, result)
      return result
    }
    execute(prepared.network, images, {
      weight: name => kernels.get(name) ?? values.get(name)!,
      statistics,
      output,
    })
    return read
  }

/** Hands the feature maps of every batch to `visit`, by name; `terms` are those of filters that have decided. */
export function visitFeatureMaps(
  quantized: QuantizedModel,
  batches: Iterable<LabelledImages>,
  { terms, compiled = true, ...options }: FeatureMapOptions & { readonly terms?: FilterTerms | undefined },
  visit: (values: (name: string) => Float32Array) => void,
): void {
  const step = featureMaps(quantized, options)
  const program = compiled ? compile(step) : eager(step)
  try {
    for (const batch of batches)
      withTensors(() => {
        const maps = program.run({
          images: batchFeeds(quantized.model, batch).images,
          ...decisionFeeds(quantized, terms),
        })
        visit(name => maps[name]!.dataSync() as Float32Array)
      })
  } finally {
    program.dispose()
  }
}
