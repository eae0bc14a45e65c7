import { InvalidArgumentError } from 'commander'

const SECONDS: Readonly<Record<string, number>> = Object.freeze({
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
})

const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|min|h|d))+$/
const PART = /(\d+(?:\.\d+)?)(ms|s|min|h|d)/g

/** Seconds of a span of time as people write it: `90s`, `15min`, `2h`, `1h30m`, `1d 12h`. For options. */
export function timeSpan(text: string): number {
  const plain = text.replaceAll(/\s+/g, '').replaceAll(/m(?![si])/g, 'min')
  const parts = WHOLE.test(plain) ? [...plain.matchAll(PART)] : []
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0)
  if (seconds > 0) return seconds
  throw new InvalidArgumentError('Expected a span of time, such as 90s, 15min, 2h or 1h30m.')
}
