import { InputError } from '../../../../errors.js'

/** How many values may be held in all: a small file cannot ask for large tensors. */
export interface Budget {
  /** Takes `values` off; throws InputError, with `what` asks for them, where not so many are left. */
  spend(values: number, what: () => string): void
  /** Adds values that were read from a file beside the model. */
  earn(values: number): void
}

export function createBudget(values: number): Budget {
  let left = values
  return {
    spend(count, what) {
      left -= count
      if (left < 0) throw new InputError(`${what()}, more than a file of this size may`)
    },
    earn(count) {
      left += count
    },
  }
}
