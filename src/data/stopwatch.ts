/** Adds up the time between starts and stops. */
export interface Stopwatch {
  start(): void
  stop(): void
  /** Seconds between starts and stops so far, and their share of the time since the first start. */
  read(): { readonly seconds: number; readonly share: number }
}

/** A stopwatch that has not been started. */
export function stopwatch(): Stopwatch {
  let first: number | undefined
  let started: number | undefined
  let total = 0
  return {
    start() {
      started = performance.now()
      first ??= started
    },
    stop() {
      if (started !== undefined) total += performance.now() - started
      started = undefined
    },
    read() {
      const now = performance.now()
      const running = total + (started === undefined ? 0 : now - started)
      const elapsed = first === undefined ? 0 : now - first
      return { seconds: running / 1000, share: elapsed > 0 ? running / elapsed : 0 }
    },
  }
}
