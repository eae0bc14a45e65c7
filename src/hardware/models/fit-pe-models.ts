import { InputError } from '../../errors.js'
import type { DataPoint, DataSetHeader, MeasuredPoint } from '../data-set.js'
import { isMeasured } from '../data-set.js'
import type { PeFigures } from '../pe-design.js'
import { type CandidateOptions, candidates } from './candidate.js'
import { FEATURE_SETS, type FeatureSet, featuresOf, KNOBS } from './features.js'
import { accuracyByType, type FigureModel, fitFigure } from './fit-figure.js'
import { POINTS_PER_TERM, termsPerType, typesOf } from './fit-polynomials.js'
import type { Domain, FittedModels, PlaceModel } from './fitted-models.js'
import { compilePolynomial } from './polynomial.js'
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
  const { header, folds = 5, heldOut = 0.2, seed = 0 } = options
  checkPoints(points, options)
  const split = splitPoints(points, heldOut, seed)
  const places = PLACES.flatMap(place => {
    const at = ({ design }: DataPoint) => design.scratchpads === place
    const training = split.training.filter(at)
    return training.length === 0
      ? []
      : [[place, fitPlace(training, split.heldOut.filter(at), options)] as const]
  })
  return {
    schema: 1,
    library: header.library,
    dataSet: { ...header },
    points: {
      training: split.training.length,
      heldOut: split.heldOut.length,
      failed: points.filter(point => !isMeasured(point)).length,
    },
    settings: { folds, heldOut, seed },
    places: Object.fromEntries(places),
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

function fitPlace(
  training: readonly MeasuredPoint[],
  heldOut: readonly MeasuredPoint[],
  options: FitOptions,
): PlaceModel {
  const { folds = 5, seed = 0 } = options
  const fold = dealFolds(training, folds, seed)
  const figure = (name: keyof PeFigures) => {
    const model = fitFigure(training, name, candidates(options), fold)
    return { ...model, heldOut: accuracyByType(heldOut, name, predictions(model, heldOut)) }
  }
  return {
    domain: Object.fromEntries(
      typesOf(training).map(type => [type, domainOf(training.filter(({ design }) => design.type === type))]),
    ),
    figures: {
      areaUm2: figure('areaUm2'),
      criticalPathNs: figure('criticalPathNs'),
      leakageMw: figure('leakageMw'),
      energyPjPerMac: figure('energyPjPerMac'),
    },
  } as PlaceModel
}

const predictions = ({ types }: FigureModel, points: readonly MeasuredPoint[]): readonly number[] =>
  points.map(({ design }) => compilePolynomial(types[design.type]!)(featuresOf(design)))

const domainOf = (points: readonly MeasuredPoint[]): Domain =>
  Object.fromEntries(
    KNOBS.map(knob => {
      const values = points.map(({ design }) => design[knob])
      return [knob, [Math.min(...values), Math.max(...values)]]
    }),
  ) as Domain
