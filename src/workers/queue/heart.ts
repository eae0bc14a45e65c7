import { InputError } from '../../errors.js'
import { within } from './connect.js'
import type { QueueTimes } from './protocol.js'

export interface HeartOptions {
  readonly times: QueueTimes
  /** Said at regular intervals; may reject. */
  beat(): Promise<void>
  /** Called once, and then there are no more beats: with an InputError at once, else when none has succeeded for `times.lost`. */
  lost(reason: Error): void
}

/**
 * Beats until it is stopped, the first time at once. It is failed beats that count, not time, which passes unseen while the
 * thread computes.
 */
export function startHeart({ times, beat, lost }: HeartOptions): { stop(): void } {
  let [stopped, failures] = [false, 0]
  let timer: NodeJS.Timeout | undefined
  const next = async () => {
    try {
      await within(times.beat, beat())
      failures = 0
    } catch (error) {
      failures++
      if (!stopped && (error instanceof InputError || failures * times.beat >= times.lost)) {
        stopped = true
        lost(error as Error)
      }
    }
    if (!stopped) timer = setTimeout(next, times.beat)
  }
  void next()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
