import { InputError } from '../../errors.js'
import type { PeDesign, PeFigures, PeType } from '../pe-design.js'
import { checkDomain, checkRanges } from './check-domain.js'
import { FEATURES, writeFeatures } from './features.js'
import { type FittedModels, type PlaceModel, readFittedModels } from './fitted-models.js'
import { compilePolynomial } from './polynomial.js'

/** Predicts what a processing element costs. */
export type PeModel = (design: PeDesign) => PeFigures

/**
 * Compiles fitted models: area (µm²), critical path (ns), leakage (mW) and energy of a MAC (pJ) as polynomials of
 * the design. The model throws InputError naming the knob and its range outside of the fitted domain; with
 * `check: false` only for a type without models, for sweeps that have checked their corners by `checkDomain`.
 */
export function peModel(models: FittedModels, { check = true }: { readonly check?: boolean } = {}): PeModel {
  const features = new Float64Array(FEATURES.length)
  const inside = compilePlace(models.places.inside, features, check)
  const outside = compilePlace(models.places.outside, features, check)
  return design => {
    const predict = (design.scratchpads === 'inside' ? inside : outside).get(design.type)
    if (predict === undefined) {
      checkDomain(models, design)
      throw new InputError(`scratchpads: ${design.scratchpads} is neither inside nor outside`)
    }
    return predict(design)
  }
}

/** The model of a coefficient file; by default the one that ships. Throws as `readFittedModels` does. */
export const readPeModel = (file?: string): PeModel => peModel(readFittedModels(file))

function compilePlace(
  place: PlaceModel | undefined,
  features: Float64Array,
  check: boolean,
): ReadonlyMap<PeType, PeModel> {
  if (place === undefined) return new Map()
  const { areaUm2, criticalPathNs, leakageMw, energyPjPerMac } = place.figures
  return new Map(
    (Object.keys(place.domain) as PeType[]).map(type => {
      const domain = place.domain[type]!
      const area = compilePolynomial(areaUm2.types[type]!)
      const path = compilePolynomial(criticalPathNs.types[type]!)
      const leakage = compilePolynomial(leakageMw.types[type]!)
      const energy = compilePolynomial(energyPjPerMac.types[type]!)
      const predict: PeModel = design => {
        if (check) checkRanges(domain, design)
        writeFeatures(design, features)
        return {
          areaUm2: area(features),
          criticalPathNs: path(features),
          leakageMw: leakage(features),
          energyPjPerMac: energy(features),
        }
      }
      return [type, predict] as const
    }),
  )
}
