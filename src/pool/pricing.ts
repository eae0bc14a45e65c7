import { type CostModel, measurePaired, type PairedOptions } from '../cost/index.js'
import { CostError } from '../errors.js'
import { type Network, writeOnnx } from '../network/index.js'
import { skipUnreadPixels } from './skip-unread-pixels.js'

/** The price of a network before and after some of its convolutions were pooled, in ms or MACs. */
export interface Gain {
  readonly before: number
  readonly after: number
  /** Where it was measured: a difference that is no larger may be none. */
  readonly doubt?: number
}

/** A gain counts where it is as many standard errors above nothing. */
const STANDARD_ERRORS = 2

/** What the gain of pooling is told by. */
export interface Pricing {
  readonly metric: 'latency' | 'macs'
  /** Of two networks that take the same input, as they would be exported. Throws CostError where one has no price. */
  compare(network: Network, pooled: Network): Promise<Gain>
}

export const saved = ({ before, after }: Gain): number => before - after
/** Whether pooling is worth it: more is saved than the measurement may be wrong by, where there was one. */
export const saves = (gain: Gain): boolean => saved(gain) > (gain.doubt ?? 0)
export const speedup = ({ before, after }: Gain): number => before / after

/**
 * Gains of latency by an accelerator's model, or of MACs by counting.
 * Throws CostError for a device table, which prices the networks of its search space alone.
 */
export function pricingBy(model: CostModel): Pricing {
  if (model.kind === 'table')
    throw new CostError(
      `${model.name}: a pooled network is none of its search space, which is all that a device table prices`,
    )
  const metric = model.kind === 'count' ? 'macs' : 'latency'
  const price = async (network: Network) => {
    const { macs, latencyMs } = await model.estimate(skipUnreadPixels(network))
    return metric === 'macs' ? macs : latencyMs!
  }
  return {
    metric,
    compare: async (network, pooled) => ({ before: await price(network), after: await price(pooled) }),
  }
}

/** Gains of latency on this machine: both networks in onnxruntime, in turns. Networks need weights. */
export function pricingHere(options: Omit<PairedOptions, 'shape'> = {}): Pricing {
  let last: { readonly network: Network; readonly onnx: Uint8Array } | undefined
  return {
    metric: 'latency',
    async compare(network, pooled) {
      if (last?.network !== network) last = { network, onnx: writeOnnx(skipUnreadPixels(network)) }
      const changed = writeOnnx(skipUnreadPixels(pooled))
      const shape = network.input.shape
      const { firstMs, secondMs, errorMs } = await measurePaired(last.onnx, changed, { ...options, shape })
      return { before: firstMs, after: secondMs, doubt: STANDARD_ERRORS * errorMs }
    },
  }
}
