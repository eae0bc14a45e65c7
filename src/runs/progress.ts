/** Where a job stands and how fast it moves. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly label: string
  /** Images that a step sees; where it is there, the rate is shown in images a second. */
  readonly images?: number
  /** Absent until it can be told. */
  readonly ratePerSecond?: number
  readonly secondsLeft?: number
}

/** Whoever shows progress: a bar, plain lines, a live page, nobody. */
export interface ProgressSink {
  update(progress: Progress): void
  /** A line worth keeping. */
  line(text: string): void
  /** No more updates: put the terminal in order. */
  end(): void
}

export const silent: ProgressSink = Object.freeze({ update() {}, line() {}, end() {} })

const WINDOW_MS = 60_000

/** Adds rate and time left to positions, measured over the last minute. */
export function pace(now: () => number = () => performance.now()) {
  let samples: readonly { readonly at: number; readonly done: number }[] = []
  return (position: Omit<Progress, 'ratePerSecond' | 'secondsLeft'>): Progress => {
    const at = now()
    // A job that starts on another part of its work counts from the beginning again.
    if (position.done < (samples.at(-1)?.done ?? 0)) samples = []
    const newest = samples.at(-1)
    if (newest === undefined || at - newest.at >= WINDOW_MS / 100) {
      samples = [...samples.filter(sample => at - sample.at <= WINDOW_MS), { at, done: position.done }]
    }
    const oldest = samples[0]!
    const rate = ((position.done - oldest.done) / (at - oldest.at)) * 1000
    if (!(rate > 0 && Number.isFinite(rate))) return position
    return {
      ...position,
      ratePerSecond: rate,
      secondsLeft: Math.max(0, position.total - position.done) / rate,
    }
  }
}
