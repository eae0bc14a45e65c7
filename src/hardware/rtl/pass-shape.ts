import type { PeDesign } from '../pe-design.js'

/** How a pass fills a PE: taps (q·S) of one window and filters (p). */
export interface PassShape {
  readonly taps: number
  readonly filters: number
}

/** Of one window; what a larger scratchpad (outside) could hold beyond that changes no figure but the time to get it. */
const MOST_TAPS = 64
const MOST_MACS = 512

/** The pass that fills the scratchpads: all ifmap words, then as many filters as weights and psums allow. */
export function fullPass({ ifmapWords, filterWords, psumWords }: PeDesign): PassShape {
  const taps = Math.min(ifmapWords, filterWords, MOST_TAPS)
  const filters = Math.floor(Math.min(filterWords, MOST_MACS) / taps)
  return { taps, filters: Math.max(1, Math.min(psumWords, filters)) }
}
