import { type Tensor, tf } from '../../src/engine/index.js'
import { random } from '../../src/random.js'

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

const tensorOf = (shape: readonly number[], value: (i: number) => number): Tensor =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
    [...shape],
  )

/** Standard normal values, the same for the same shape and seed. */
export function normal(shape: readonly number[], seed = 1): Tensor {
  const stream = random(seed, 'normal', ...shape)
  return tensorOf(shape, () => stream.normal())
}

/** Uniform between `low` and `high`. */
export function uniform(shape: readonly number[], low: number, high: number, seed = 1): Tensor {
  const stream = random(seed, 'uniform', ...shape)
  return tensorOf(shape, () => low + (high - low) * stream.uniform())
}

/** Normal values of deviation 4 that keep 0.1 from every kink, so that a finite difference never crosses one. */
export function awayFrom(kinks: readonly number[], shape: readonly number[], seed = 1): Tensor {
  const stream = random(seed, 'away', ...shape)
  return tensorOf(shape, () => {
    for (;;) {
      const value = 4 * stream.normal()
      if (kinks.every(kink => Math.abs(value - kink) > 0.1)) return value
    }
  })
}

/** Values no two of which are nearer than 0.1: the largest stays the largest when all are moved a little. */
export function spread(shape: readonly number[], seed = 1): Tensor {
  const order = random(seed, 'spread', ...shape).permutation(sizeOf(shape))
  return tensorOf(shape, i => (order[i]! - order.length / 2) / 10)
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

/** What names a dropout mask, as the scalars that a step is fed. */
export const drawOf = <T extends { readonly seed: number; readonly step: number }>(draw: T) => ({
  ...draw,
  seed: tf.scalar(draw.seed, 'int32'),
  step: tf.scalar(draw.step, 'int32'),
})
