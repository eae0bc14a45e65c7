import { InputError } from '../../errors.js'
import type { DataPoint, DataSetHeader, MeasuredPoint } from '../data-set.js'
import { isMeasured } from '../data-set.js'
import type { PeFigures, ScratchpadPlace } from '../pe-design.js'
import { type CandidateOptions, candidates } from './candidate.js'
import { FEATURE_SETS, type FeatureSet, featuresOf, type Knob } from './features.js'
import { accuracyByType, compilePolynomials, type FigureModel, fitFigure } from './fit-figure.js'
import { POINTS_PER_TERM, termsPerType, typesOf } from './fit-polynomials.js'
import { type Domain, FIGURES, type FittedFigure, type FittedModels } from './fitted-models.js'
import { dealFolds, groupPoints, heldOutCount, PLACES, splitPoints } from './split-points.js'

export interface FitOptions extends CandidateOptions {
  /** Header of the data set; the models carry it along. */
  readonly header: DataSetHeader
  /** Folds of the cross-validation, 2 or more. */
  readonly folds?: number
  /** Fraction of every type's points that fitting never sees, above 0 and below 1. */
  readonly heldOut?: number
  readonly seed?: number
}

/**
 * Fits area, critical path, leakage and energy of a MAC to characterized designs by polynomial regression, apart
 * for scratchpads inside and outside. Points held out first (stratified by type, drawn by the seed) see no part
 * of it; among the candidates cross-validation chooses. Failed points are left out.
 * Throws InputError when a type has too few points, saying how many are needed, or folds or fraction make no sense.
 */
export function fitPeModels(points: readonly DataPoint[], options: FitOptions): FittedModels {
  const { parts, fitPart, assemble } = preparedFit(points, options)
  return assemble(parts.map(part => [part, fitPart(part)]))
}

/** What is fitted apart: one figure for one scratchpad place. */
export interface FitPart {
  readonly place: ScratchpadPlace
  readonly figure: keyof PeFigures
}

/** A fit in parts, for those who show progress: `assemble` the results of `fitPart` for each of `parts`. */
export interface PreparedFit {
  readonly parts: readonly FitPart[]
  fitPart(part: FitPart): FittedFigure
  assemble(fitted: readonly (readonly [FitPart, FittedFigure])[]): FittedModels
}

/** Checks the points, holds some out and deals folds. Throws as `fitPeModels` does. */
export function preparedFit(points: readonly DataPoint[], options: FitOptions): PreparedFit {
  const { header, folds = 5, heldOut: fraction = 0.2, seed = 0 } = options
  checkPoints(points, options)
  const { training, heldOut } = splitPoints(points, fraction, seed)
  const at = (place: ScratchpadPlace, part: readonly MeasuredPoint[]) =>
    part.filter(({ design }) => design.scratchpads === place)
  const places = PLACES.filter(place => at(place, training).length > 0)
  return {
    parts: places.flatMap(place => FIGURES.map(figure => ({ place, figure }))),
    fitPart({ place, figure }) {
      const [seen, held] = [at(place, training), at(place, heldOut)]
      const model = fitFigure(seen, figure, candidates(options), dealFolds(seen, folds, seed))
      return { ...model, heldOut: accuracyByType(held, figure, predictions(model, held)) }
    },
    assemble(fitted) {
      const figuresAt = (place: ScratchpadPlace) =>
        Object.fromEntries(
          fitted.filter(([part]) => part.place === place).map(([part, model]) => [part.figure, model]),
        )
      return {
        schema: 1,
        library: header.library,
        dataSet: { ...header },
        points: {
          training: training.length,
          heldOut: heldOut.length,
          failed: points.filter(point => !isMeasured(point)).length,
        },
        settings: { folds, heldOut: fraction, seed },
        places: Object.fromEntries(
          places.map(place => [place, { domain: domains(at(place, training)), figures: figuresAt(place) }]),
        ),
      } as FittedModels
    },
  }
}

/** Throws InputError unless `fitPeModels` can fit these points with these options. */
export function checkPoints(points: readonly DataPoint[], options: FitOptions): void {
  const { folds = 5, heldOut = 0.2, features = Object.keys(FEATURE_SETS) as FeatureSet[] } = options
  if (!Number.isInteger(folds) || folds < 2)
    throw new InputError(`folds: ${folds}; cross-validation takes 2 or more`)
  if (!(heldOut > 0 && heldOut < 1))
    throw new InputError(`held-out: ${heldOut}; hold out a fraction above 0 and below 1`)
  const groups = groupPoints(points.filter(isMeasured))
  if (groups.length === 0) throw new InputError('There is no characterized point to fit')
  const degree = Math.min(...(options.degrees ?? [1]))
  for (const group of groups) {
    const terms = Math.min(...features.map(set => termsPerType(group, { features: set, degree })))
    const needed = pointsNeeded(terms, folds, heldOut)
    if (group.length >= needed) continue
    const { type, scratchpads } = group[0]!.design
    throw new InputError(
      `${type} with scratchpads ${scratchpads} has ${group.length} points; a polynomial of degree ${degree} with ${terms} terms needs ${needed}, of which ${heldOutCount(needed, heldOut)} are held out and the rest make ${folds} folds. Characterize more designs`,
    )
  }
}

/** The fewest points of a type from which every fold is left with enough for `terms` coefficients. */
function pointsNeeded(terms: number, folds: number, heldOut: number): number {
  for (let points = terms + 1; ; points++) {
    const training = points - heldOutCount(points, heldOut)
    const seen = training - Math.ceil(training / folds)
    if (training >= folds && points > training && seen >= POINTS_PER_TERM * terms) return points
  }
}

const domains = (points: readonly MeasuredPoint[]): Readonly<Record<string, Domain>> =>
  Object.fromEntries(
    typesOf(points).map(type => [type, domainOf(points.filter(({ design }) => design.type === type))]),
  )

function predictions({ types }: FigureModel, points: readonly MeasuredPoint[]): readonly number[] {
  const evaluate = compilePolynomials(types)
  return points.map(({ design }) => evaluate[design.type]!(featuresOf(design)))
}

function domainOf(points: readonly MeasuredPoint[]): Domain {
  const range = (knob: Knob) => {
    const values = points.map(({ design }) => design[knob])
    return [Math.min(...values), Math.max(...values)] as const
  }
  return {
    activationBits: range('activationBits'),
    weightBits: range('weightBits'),
    psumBits: range('psumBits'),
    ifmapWords: range('ifmapWords'),
    filterWords: range('filterWords'),
    psumWords: range('psumWords'),
  }
}
