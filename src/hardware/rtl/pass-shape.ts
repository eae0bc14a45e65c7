import type { PeDesign } from '../pe-design.js'

/** How a pass fills a PE: taps (q·S) of one window and filters (p). */
export interface PassShape {
  readonly taps: number
  readonly filters: number
}

/** The pass that fills the scratchpads: all ifmap words, then as many filters as weights and psums allow. */
export function fullPass({ ifmapWords, filterWords, psumWords }: PeDesign): PassShape {
  const taps = Math.min(ifmapWords, filterWords)
  return { taps, filters: Math.max(1, Math.min(psumWords, Math.floor(filterWords / taps))) }
}
