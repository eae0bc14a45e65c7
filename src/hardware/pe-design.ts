/** Processing elements that are characterized; the papers' four, and plain multipliers of the LightPEs' widths beside them. */
export const PE_TYPES = ['fp32', 'int16', 'int8', 'int8x4', 'lightpe-1', 'lightpe-2'] as const
export type PeType = (typeof PE_TYPES)[number]

/** Where a PE's scratchpads are: in flip-flops inside the synthesized PE, or outside of it (SRAM, priced apart). */
export type ScratchpadPlace = 'inside' | 'outside'

/** One processing element as the RTL takes it: everything that synthesis depends on. Widths in bits, pads in words. */
export interface PeDesign {
  readonly type: PeType
  readonly activationBits: number
  readonly weightBits: number
  readonly psumBits: number
  readonly ifmapWords: number
  readonly filterWords: number
  readonly psumWords: number
  readonly scratchpads: ScratchpadPlace
}

/** What one PE costs: measured by characterization or predicted by the fitted models. */
export interface PeFigures {
  readonly areaUm2: number
  readonly criticalPathNs: number
  readonly leakageMw: number
  /** Of one multiply-accumulate at full rate, clock included, leakage excluded; pJ. */
  readonly energyPjPerMac: number
}
