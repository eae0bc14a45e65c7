import type { Architecture } from './network-family.js'
import type { Scheme } from './scheme.js'

/** Says how accurate a network is once it is quantized. */
export interface AccuracyModel {
  readonly name: string
  /** The images that the accuracies are of. */
  readonly split: 'validation' | 'test'
  /** What is assumed, in sentences for the report. */
  readonly notes: readonly string[]
  /** Whether an accuracy is too dear to be asked for twice: it is then kept in the checkpoint. */
  readonly dear: boolean
  /** A fraction. Must depend on its arguments alone. */
  accuracy(architecture: Architecture, scheme: Scheme): number | Promise<number>
}
