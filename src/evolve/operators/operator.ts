import type { RandomStream } from '../../random.js'
import type { Domain } from '../variable.js'

/** How the numbers of one kind of variable are crossed and mutated. Neither is called where low = high. */
export interface Operator {
  /** Crosses number `i` of two children that hold their parents' numbers, in place. */
  cross(
    one: Float64Array,
    other: Float64Array,
    i: number,
    domain: Domain,
    eta: number,
    stream: RandomStream,
  ): void
  /** The number that `value` becomes. */
  mutate(value: number, domain: Domain, eta: number, stream: RandomStream): number
}
