import { describe, expect, it } from 'vitest'
import { reportEffort } from '../../bench/report.js'

describe('the report of a long journal', () => {
  it('takes a fifth of ten seconds for a fifth of a million events, and memory that does not grow with them', () => {
    const short = reportEffort(2000)
    const long = reportEffort(200_000)
    // CPU time of what a longer journal adds; a busy machine computes more slowly, too.
    expect(long.cpuSeconds - short.cpuSeconds).toBeLessThan(2)
    expect(long.peakMb).toBeLessThan(500)
    expect(long.peakMb - short.peakMb).toBeLessThan(100)
  })
})
