import { InputError } from '../errors.js'

/** An inequality. The textbook's g(x) ≤ 0 is a bound of 0. */
export interface Constraint {
  readonly name: string
  /** On which side of the bound a value has to be; `<=` where left out. */
  readonly op?: '<=' | '>='
  readonly bound: number
  /** What an excess is measured in: |bound| where left out, 1 where that is 0. */
  readonly scale?: number
}

/**
 * How far a value is beyond its bound, as a share of the scale; 0 where it is within: max(0, value − bound) / |bound|.
 * Normalised so, constraints of different units add up.
 */
export function excess({ op, bound, scale }: Constraint, value: number): number {
  const beyond = op === '>=' ? bound - value : value - bound
  return beyond > 0 ? beyond / (scale ?? (Math.abs(bound) || 1)) : 0
}

/** Throws InputError for constraints that cannot be held. */
export function checkConstraints(constraints: readonly Constraint[]): void {
  const names = new Set<string>()
  for (const { name, bound, scale } of constraints) {
    const refuse = (reason: string): never => {
      throw new InputError(`constraint "${name}": ${reason}`)
    }
    if (names.has(name)) refuse('another one has that name')
    names.add(name)
    if (!Number.isFinite(bound)) refuse(`its bound ${bound} is not a number`)
    if (scale !== undefined && !(scale > 0 && Number.isFinite(scale)))
      refuse(`its scale ${scale} is not above 0`)
  }
}
