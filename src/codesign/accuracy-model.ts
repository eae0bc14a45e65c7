import type { Architecture } from './network-family.js'
import type { Scheme } from './scheme.js'

/** A network as a type of processing element computes it. */
export interface Pair {
  readonly architecture: Architecture
  readonly scheme: Scheme
}

interface Described {
  readonly name: string
  /** The images that the accuracies are of. */
  readonly split: 'validation' | 'test'
  /** What is assumed, in sentences for the report. */
  readonly notes: readonly string[]
}

/** Knows at once how accurate a network is when it is quantized. */
export interface KnownAccuracy extends Described {
  readonly dear: false
  /** A fraction. Must depend on its arguments alone. */
  accuracy(architecture: Architecture, scheme: Scheme): number | Promise<number>
}

/** Has to run networks: it is asked for many at a time and never twice, and what it said is kept in the checkpoint. */
export interface DearAccuracy extends Described {
  readonly dear: true
  /** Fractions, of pairs that are all different. Each must depend on its pair alone. */
  accuracies(pairs: readonly Pair[]): Promise<readonly number[]>
}

/** Says how accurate a network is once it is quantized. */
export type AccuracyModel = KnownAccuracy | DearAccuracy
