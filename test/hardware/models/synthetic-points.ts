import type { DataPoint, DataSetHeader, MeasuredPoint } from '../../../src/hardware/data-set.js'
import type { PeDesign, PeFigures, PeType, ScratchpadPlace } from '../../../src/hardware/pe-design.js'
import { random } from '../../../src/random.js'

export const HEADER: DataSetHeader = {
  schema: 1,
  library: 'synthetic',
  tools: { generator: '1' },
  settings: { seeds: 8 },
}

/** Activation, weight and psum bits by type; the first psum width is the usual one. */
const WIDTHS: Readonly<Record<PeType, readonly [number, number, readonly number[]]>> = {
  fp32: [32, 32, [32]],
  int16: [16, 16, [32, 24, 16]],
  int8: [8, 8, [24, 20, 16]],
  int8x4: [8, 4, [24, 20, 16]],
  'lightpe-1': [8, 4, [24, 20, 16]],
  'lightpe-2': [8, 8, [24, 20, 16]],
}

export interface Synthetic {
  readonly perType: number
  readonly places?: readonly ScratchpadPlace[]
  readonly seed?: number
  /** Relative noise (standard deviation) of area, critical path, leakage and energy. */
  readonly noise?: readonly [number, number, number, number]
  readonly law?: (design: PeDesign) => PeFigures
}

/** Points as a characterization would give them: designs drawn over the knobs, figures by `law` with noise. */
export function syntheticPoints(options: Synthetic): MeasuredPoint[] {
  const { perType, places = ['inside', 'outside'], seed = 1, noise = [0.005, 0.06, 0.005, 0.05] } = options
  const { law = silicon } = options
  return places.flatMap(scratchpads =>
    (Object.keys(WIDTHS) as PeType[]).flatMap(type =>
      Array.from({ length: perType }, (_, i) => {
        const stream = random(seed, 'synthetic', scratchpads, type, i)
        const [activationBits, weightBits, psums] = WIDTHS[type]
        const design: PeDesign = {
          type,
          activationBits,
          weightBits,
          psumBits: psums[stream.integer(psums.length)]!,
          ifmapWords: 4 + stream.integer(29),
          filterWords: 16 + stream.integer(241),
          psumWords: 4 + stream.integer(29),
          scratchpads,
        }
        const { areaUm2, criticalPathNs, leakageMw, energyPjPerMac } = law(design)
        const noisy = (value: number, spread: number) => value * Math.exp(spread * stream.normal())
        const figures: PeFigures = {
          areaUm2: noisy(areaUm2, noise[0]),
          criticalPathNs: noisy(criticalPathNs, noise[1]),
          leakageMw: noisy(leakageMw, noise[2]),
          energyPjPerMac: noisy(energyPjPerMac, noise[3]),
        }
        return { design, figures, energySpread: noise[3], gates: 1000, seconds: 1 }
      }),
    ),
  )
}

/**
 * A processing element about as Nangate45 gives it: 6.5 µm² a stored bit, a multiplier of the product of the
 * widths (shifts for LightPEs, an alignment and normalisation for floats), decoders that grow with address bits.
 */
export function silicon(design: PeDesign): PeFigures {
  const { type, activationBits: a, weightBits: w, psumBits: p, scratchpads } = design
  const { ifmapWords, filterWords, psumWords } = design
  const address = [ifmapWords, filterWords, psumWords].reduce(
    (sum, words) => sum + Math.ceil(Math.log2(words)),
    0,
  )
  const bits = ifmapWords * a + filterWords * w + psumWords * p
  const words = ifmapWords + filterWords + psumWords
  const shifts = type === 'lightpe-1' ? 1 : type === 'lightpe-2' ? 2 : 0
  const datapath = (shifts > 0 ? shifts * a * 6 : a * w * (type === 'fp32' ? 4.5 : 6)) + p * 9 + 200
  const inside = scratchpads === 'inside'
  const areaUm2 = datapath + address * 22 + (inside ? bits * 6.5 + words * 5 : 0)
  const multiply = type === 'fp32' ? 2 : shifts > 0 ? 0.35 : 0.1 * Math.log2(a * w)
  return {
    areaUm2,
    criticalPathNs: 0.3 + multiply + 0.011 * p + (inside ? 0.04 * Math.log2(filterWords) : 0.01 * address),
    leakageMw: areaUm2 * 2.1e-5,
    energyPjPerMac:
      datapath * 1.6e-3 + (inside ? bits * 1.7e-3 + Math.sqrt(filterWords) * w * 4e-3 : address * 0.01),
  }
}

export const failed = (design: PeDesign): DataPoint => ({ design, seconds: 2, error: 'yosys: out of memory' })
