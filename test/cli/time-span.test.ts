import { describe, expect, it } from 'vitest'
import { timeSpan } from '../../src/cli/time-span.js'

describe('a span of time', () => {
  it.each([
    ['90s', 90],
    ['15min', 900],
    ['15m', 900],
    ['2h', 7200],
    ['1h30m', 5400],
    ['1h30min', 5400],
    ['1.5h', 5400],
    ['1d12h', 129_600],
    ['0.5h', 1800],
    ['500ms', 0.5],
  ])('%s is %d seconds', (text, seconds) => expect(timeSpan(text)).toBe(seconds))

  it.each(['', '90', 'h', '-2h', '0s', '2 hours', '1h30', '2w'])('%j is none, and says what is', text =>
    expect(() => timeSpan(text)).toThrow('Expected a span of time, such as 90s, 15min, 2h or 1h30m.'),
  )
})
