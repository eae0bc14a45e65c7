import type { ChannelScores } from './reduce.js'

/** What LeGR learns: by layer, α and κ of α·‖w‖₂² + κ. Plain JSON. */
export type Affine = Readonly<Record<string, { readonly alpha: number; readonly kappa: number }>>

/** α·n + κ for every filter, by layer; layers that `affine` does not name stay as they are. */
export const transformed = (norms: ChannelScores, affine: Affine): ChannelScores =>
  new Map(
    [...norms].map(([layer, values]) => {
      const { alpha, kappa } = affine[layer] ?? { alpha: 1, kappa: 0 }
      return [layer, values.map(norm => alpha * norm + kappa)]
    }),
  )
