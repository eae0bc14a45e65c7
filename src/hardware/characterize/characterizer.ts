import { InputError } from '../../errors.js'
import type { DataPoint } from '../data-set.js'
import type { PeDesign } from '../pe-design.js'
import { characterizePoint, type Point, type PointSettings } from './characterize-point.js'
import { readLibrary } from './liberty/read-library.js'

/** What designs are characterized with. Plain JSON. */
export interface CharacterizerSetup {
  /** Path of the library, and the digest that it must have wherever it is read. */
  readonly library: string
  readonly digest: string
  readonly settings: PointSettings
}

export interface Characterizer {
  /** Never rejects: what goes wrong is in the point. */
  evaluate(design: PeDesign): Promise<DataPoint>
}

/** Reads the library. Throws InputError when it is missing, or another than at first. */
export function createCharacterizer({ library: file, digest, settings }: CharacterizerSetup): Characterizer {
  const library = readLibrary(file)
  if (library.digest !== digest)
    throw new InputError(`${file}: is not the library that this characterization began with`)
  return {
    async evaluate(design) {
      const started = performance.now()
      const took = () => Number(((performance.now() - started) / 1000).toFixed(2))
      try {
        return measuredPoint(await characterizePoint(design, library, settings), took())
      } catch (error) {
        return { design, seconds: took(), error: (error as Error).message }
      }
    },
  }
}

const digits = (value: number): number => Number(value.toPrecision(7))

/** A point as a data set keeps it: seven digits. */
export function measuredPoint(
  { design, figures, spread, cells, seconds }: Point,
  took = seconds.synthesis + seconds.timing + seconds.activity,
): DataPoint {
  return {
    design,
    figures: {
      areaUm2: digits(figures.areaUm2),
      criticalPathNs: digits(figures.criticalPathNs),
      leakageMw: digits(figures.leakageMw),
      energyPjPerMac: digits(figures.energyPjPerMac),
    },
    energySpread: digits(spread),
    gates: cells,
    seconds: took,
  }
}
