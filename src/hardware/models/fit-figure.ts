import { InputError } from '../../errors.js'
import type { MeasuredPoint } from '../data-set.js'
import type { PeFigures, PeType } from '../pe-design.js'
import type { Candidate } from './candidate.js'
import { featuresOf } from './features.js'
import { fitPolynomials, type Polynomials, typesOf } from './fit-polynomials.js'
import { type Accuracy, accuracy } from './metrics.js'
import { compilePolynomial, type Evaluate } from './polynomial.js'

/** A candidate with its error in cross-validation, in percent. */
export interface TriedCandidate extends Candidate {
  readonly mape: number
}

/** Accuracy over all points and by type. */
export type AccuracyByType = Readonly<Record<string, Accuracy>>

/** One figure's model for one scratchpad place. */
export interface FigureModel extends Candidate {
  readonly types: Polynomials
  readonly crossValidation: AccuracyByType
  /** The best candidate of each degree that had points enough. */
  readonly tried: readonly TriedCandidate[]
}

/** Simpler polynomials are preferred where their error is at most this many times the smallest. */
const AS_GOOD = 1.02

/**
 * Chooses by cross-validation (mean relative error) among the candidates and fits the chosen one to all points.
 * Where several are within 2 % of the smallest error, the one with the fewest coefficients is taken.
 * `fold` says the fold of each point. Throws InputError when no candidate has points enough.
 */
export function fitFigure(
  points: readonly MeasuredPoint[],
  figure: keyof PeFigures,
  candidates: readonly Candidate[],
  fold: readonly number[],
): FigureModel {
  const measured = points.map(({ figures }) => figures[figure])
  const tried = candidates.flatMap(candidate => {
    const crossed = crossPredict(points, figure, candidate, fold)
    return crossed === undefined
      ? []
      : [{ candidate, ...crossed, mape: accuracy(measured, crossed.predicted).mape }]
  })
  if (tried.length === 0)
    throw new InputError(
      `${figure}: no polynomial of those to choose from has points enough, characterize more designs`,
    )
  const least = Math.min(...tried.map(({ mape }) => mape))
  const chosen = tried
    .filter(({ mape }) => mape <= AS_GOOD * least)
    .reduce((best, other) => (other.terms < best.terms ? other : best))
  const types = fitPolynomials(points, figure, chosen.candidate)!
  const degrees = [...new Set(tried.map(({ candidate }) => candidate.degree))].sort((a, b) => a - b)
  return {
    ...chosen.candidate,
    types,
    crossValidation: accuracyByType(points, figure, chosen.predicted),
    tried: degrees.map(degree =>
      tried
        .filter(({ candidate }) => candidate.degree === degree)
        .map(({ candidate, mape }) => ({ ...candidate, mape }))
        .reduce((best, other) => (other.mape < best.mape ? other : best)),
    ),
  }
}

/** Accuracy of predictions, in the order of the points, over all of them and by type. */
export function accuracyByType(
  points: readonly MeasuredPoint[],
  figure: keyof PeFigures,
  predicted: readonly number[],
): AccuracyByType {
  const pick = (keep: (point: MeasuredPoint) => boolean) => {
    const at = points.flatMap((point, i) => (keep(point) ? [i] : []))
    return accuracy(
      at.map(i => points[i]!.figures[figure]),
      at.map(i => predicted[i]!),
    )
  }
  if (points.length === 0) return {}
  return Object.fromEntries([
    ['all', pick(() => true)],
    ...typesOf(points).map(type => [type, pick(({ design }) => design.type === type)]),
  ])
}

/**
 * Each point predicted by polynomials that have not seen it, and how many terms these have; undefined when a fold
 * leaves too few points.
 */
function crossPredict(
  points: readonly MeasuredPoint[],
  figure: keyof PeFigures,
  candidate: Candidate,
  fold: readonly number[],
): { readonly predicted: readonly number[]; readonly terms: number } | undefined {
  const predicted = new Array<number>(points.length)
  let terms = 0
  for (const left of new Set(fold)) {
    const seen = points.filter((_, i) => fold[i] !== left)
    const types = fitPolynomials(seen, figure, candidate)
    if (types === undefined) return undefined
    const evaluate = compilePolynomials(types)
    for (const [i, { design }] of points.entries()) {
      if (fold[i] === left) predicted[i] = evaluate[design.type]!(featuresOf(design))
    }
    terms = Math.max(terms, termsIn(types))
  }
  return { predicted, terms }
}

/** Polynomials ready to evaluate. */
export const compilePolynomials = (types: Polynomials): Readonly<Partial<Record<PeType, Evaluate>>> =>
  Object.fromEntries(Object.entries(types).map(([type, polynomial]) => [type, compilePolynomial(polynomial)]))

const termsIn = (types: Polynomials): number =>
  Object.values(types).reduce((sum, { terms }) => sum + terms.length, 0)
