/** How busy a pool has been. Depends on the machine, and is no part of a result. */
export interface Usage {
  /** Tasks that can be done at a time, now. */
  readonly workers: number
  /** Tasks that wait, now. */
  readonly queueDepth: number
  /** Tasks done so far. */
  readonly evaluated: number
  /** Share of the workers' time that went into tasks, since the first was asked for. */
  readonly utilisation: number
}

/** A usage as progress lines have it. */
export const usageText = ({ workers, queueDepth, evaluated, utilisation }: Usage): string =>
  `${evaluated.toLocaleString('en-US')} evaluated by ${workers === 1 ? '1 worker' : `${workers} workers`}, ${(100 * utilisation).toFixed(0)} % busy, ${queueDepth.toLocaleString('en-US')} waiting`

/** Adds up how many worker seconds there were, and how many went into tasks. */
export function usageMeter(now: () => number = () => performance.now()) {
  let [available, busy, evaluated] = [0, 0, 0]
  let last: number | undefined
  return {
    /** Time passes with as many workers, from the first call on. */
    pass(workers: number): void {
      const at = now()
      if (last !== undefined) available += (workers * (at - last)) / 1000
      last = at
    },
    done(seconds: number): void {
      busy += seconds
      evaluated++
    },
    read: () => ({ evaluated, utilisation: available > 0 ? Math.min(1, busy / available) : 0 }),
  }
}
