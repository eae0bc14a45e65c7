import { duration } from './duration.js'
import type { Progress } from './progress.js'

/** Rate and time left, as far as they are known: `12.3/s, 4 min 10 s left`, `820 images/s, 2 h left`. */
export function paceText({ ratePerSecond: rate, secondsLeft, images }: Progress): string {
  if (rate === undefined) return ''
  const perSecond = (value: number) => `${Number(value.toPrecision(3))}`
  const speed =
    images !== undefined
      ? `${perSecond(rate * images)} images/s`
      : rate >= 1
        ? `${perSecond(rate)}/s`
        : `${duration(1 / rate)} each`
  return secondsLeft === undefined || secondsLeft === 0 ? speed : `${speed}, ${duration(secondsLeft)} left`
}
