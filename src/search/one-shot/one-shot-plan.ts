/** How a one-shot search trains its supernet, besides what every search has, and how it chooses. */
export interface OneShotPlan {
  /** Random architectures of a step, besides the largest and the smallest. */
  readonly random: number
  /** Whether all but the largest learn its softmax in place of the labels. */
  readonly distillation: boolean
  /** Random architectures within the bounds that are scored. */
  readonly candidates: number
  /** Rounds in which the best so far are mutated. */
  readonly generations: number
  /** Held-out images that a score is taken on, at most. */
  readonly images: number
  /** A trained supernet to be taken in place of training one: its file, and the hash of its bytes. */
  readonly supernet?: { readonly file: string; readonly sha256: string }
}

export const ONE_SHOT_PLAN: OneShotPlan = {
  random: 2,
  distillation: false,
  candidates: 200,
  generations: 2,
  images: 1000,
}
