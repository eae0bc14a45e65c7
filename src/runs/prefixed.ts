import type { Weights } from '../network/index.js'

/** Named weights with a prefix before every name, to lie beside others in one checkpoint. */
export const prefixed = (weights: Weights, prefix: string): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [prefix + name, weight]))

/** Those that have the prefix, without it. */
export const unprefixed = (weights: Weights, prefix: string): Weights =>
  Object.fromEntries(
    Object.entries(weights)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, weight]) => [name.slice(prefix.length), weight]),
  )
