/** The time of day as ISO texts that never go back, whatever is done to the clock; `after` is what was told before. */
export function risingClock(after?: string, now: () => number = Date.now): () => string {
  let last = after === undefined ? -Infinity : Date.parse(after)
  return () => {
    last = Math.max(last, now())
    return new Date(last).toISOString()
  }
}
