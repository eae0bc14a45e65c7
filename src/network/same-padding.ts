import type { Padding } from './network.js'

/** A number for both directions, or one for each: [vertical, horizontal]. */
export type Pair = number | readonly [number, number]

export const pair = (value: Pair): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value

/** Symmetric padding k >> 1: an odd kernel at stride 1 keeps height and width. */
export function samePadding(kernel: Pair): Padding {
  const [height, width] = pair(kernel)
  return [height >> 1, height >> 1, width >> 1, width >> 1]
}
