/** Lets so many pieces of work through at a time, in the order in which they came. */
export interface Turnstile {
  /** Does the work when its turn comes. Rejects without doing it when `signal` is aborted by then. */
  pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** How many wait for their turn. */
  readonly waiting: number
}

export function turnstile(size: number): Turnstile {
  const queue: (() => void)[] = []
  let free = size
  return {
    get waiting() {
      return queue.length
    },
    async pass(work, signal) {
      if (free > 0) free--
      else await new Promise<void>(resolve => queue.push(resolve))
      try {
        signal.throwIfAborted()
        return await work()
      } finally {
        const next = queue.shift()
        if (next) next()
        else free++
      }
    },
  }
}
