import type { PeDesign, PeFigures, PeModel, PeType } from '../../src/hardware/index.js'

/** Whole PE with scratchpads of 12 / 224 / 24 words, then without them: area µm², critical path ns, pJ a MAC. */
const TABLE: Readonly<Record<PeType, readonly [whole: readonly number[], bare: readonly number[]]>> = {
  fp32: [
    [55_922, 1000 / 341, 32.3],
    [7676, 2.95, 21.4],
  ],
  int16: [
    [30_258, 1000 / 566, 14.5],
    [3397, 1.61, 6.95],
  ],
  int8: [
    [16_637, 1000 / 739, 8.0],
    [1419, 1.16, 2.89],
  ],
  int8x4: [
    [11_400, 1000 / 780, 6.9],
    [1000, 1.05, 2.3],
  ],
  'lightpe-1': [
    [11_311, 1000 / 796, 6.5],
    [1034, 1.18, 2.23],
  ],
  'lightpe-2': [
    [16_473, 1000 / 716, 8.2],
    [1282, 1.13, 2.77],
  ],
}

/** For tests only: figures of one scratchpad size per type, the scratchpads' part scaled by their bits. */
export const factsPeModel: PeModel = (design: PeDesign): PeFigures => {
  const [whole, bare] = TABLE[design.type]
  const { activationBits, weightBits, psumBits, ifmapWords, filterWords, psumWords } = design
  const bits = activationBits * ifmapWords + weightBits * filterWords + psumBits * psumWords
  const share = bits / (activationBits * 12 + weightBits * 224 + psumBits * 24)
  const inside = design.scratchpads === 'inside'
  const areaUm2 = inside ? bare[0]! + share * (whole[0]! - bare[0]!) : bare[0]!
  return {
    areaUm2,
    criticalPathNs: inside ? whole[1]! : bare[1]!,
    leakageMw: areaUm2 * 2e-5,
    energyPjPerMac: inside ? bare[2]! + share * (whole[2]! - bare[2]!) : bare[2]!,
  }
}
