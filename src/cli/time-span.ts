import { InvalidArgumentError } from 'commander'
import { takes } from './option-value.js'

const SECONDS: Readonly<Record<string, number>> = Object.freeze({
  ms: 0.001,
  s: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86_400,
})

const NUMBER = String.raw`(?:\d*[1-9]\d*(?:\.\d+)?|\d+\.\d*[1-9]\d*)`
const UNIT = '(?:ms|s|min|m|h|d)'
/** Numbers above 0, each with its unit; `m` is `min`. */
const SPAN = new RegExp(`^(?:${NUMBER}${UNIT})+$`)
const PART = new RegExp(`(${NUMBER})(${UNIT})`, 'g')

/** Seconds of a span of time as people write it: `90s`, `15min`, `2h`, `1h30m`. For options. */
export const timeSpan = takes({ type: 'text', pattern: SPAN }, (text: string): number => {
  const parts = SPAN.test(text) ? [...text.matchAll(PART)] : []
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0)
  if (seconds > 0) return seconds
  throw new InvalidArgumentError('Expected a span of time, such as 90s, 15min, 2h or 1h30m.')
})
