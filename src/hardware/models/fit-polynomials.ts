import type { MeasuredPoint } from '../data-set.js'
import { PE_TYPES, type PeFigures, type PeType } from '../pe-design.js'
import type { Candidate } from './candidate.js'
import { FEATURE_SETS, FEATURES, featuresOf } from './features.js'
import { leastSquares } from './least-squares.js'
import { type Monomial, monomialsOf, monomialsUpTo, monomialValue } from './monomials.js'
import type { Polynomial } from './polynomial.js'

/** Points a fit needs for each coefficient that it determines. */
export const POINTS_PER_TERM = 1.2

/** Polynomials by PE type. */
export type Polynomials = Readonly<Partial<Record<PeType, Polynomial>>>

/** A column of the regression: a monomial, of one type or shared. */
interface Column {
  readonly monomial: Monomial
  readonly type?: PeType
}

/** What is fitted together, and over which scaled variables. */
interface Group {
  readonly points: readonly MeasuredPoint[]
  readonly variables: readonly number[]
  readonly centre: readonly number[]
  readonly scale: readonly number[]
  readonly columns: readonly Column[]
}

/**
 * Fits one figure by a candidate to points of one scratchpad place: a polynomial for each of their types.
 * Undefined when there are fewer than POINTS_PER_TERM points for each term.
 */
export function fitPolynomials(
  points: readonly MeasuredPoint[],
  figure: keyof PeFigures,
  candidate: Candidate,
): Polynomials | undefined {
  const groups = groupsOf(points, candidate)
  if (groups.some(({ points, columns }) => points.length < POINTS_PER_TERM * columns.length)) return undefined
  return Object.assign({}, ...groups.map(group => fitGroup(group, figure, candidate)))
}

function fitGroup(group: Group, figure: keyof PeFigures, { form }: Candidate): Polynomials {
  const { points, variables, centre, scale, columns } = group
  const log = form === 'log'
  const measured = points.map(point => point.figures[figure])
  const rows = points.map((point, i) => {
    const raw = featuresOf(point.design)
    const z = variables.map((feature, v) => (raw[feature]! - centre[v]!) / scale[v]!)
    const weight = log ? 1 : 1 / measured[i]!
    return Float64Array.from(columns, ({ monomial, type }) =>
      type === undefined || type === point.design.type ? weight * monomialValue(monomial, z) : 0,
    )
  })
  const coefficients = leastSquares(
    rows,
    measured.map(y => (log ? Math.log(y) : 1)),
  )
  const names = variables.map(feature => FEATURES[feature]!)
  return Object.fromEntries(
    typesOf(points).map(type => {
      const terms = columns.flatMap((column, j) =>
        coefficients[j] !== 0 && (column.type === undefined || column.type === type)
          ? [[coefficients[j]!, ...column.monomial]]
          : [],
      )
      const smallest = Math.min(...measured.filter((_, i) => points[i]!.design.type === type))
      return [type, { variables: names, centre, scale, terms, log, floor: smallest / 2 }]
    }),
  ) as Polynomials
}

function groupsOf(
  points: readonly MeasuredPoint[],
  { features, scope, degree }: Candidate,
): readonly Group[] {
  const set = FEATURE_SETS[features].map(name => FEATURES.indexOf(name))
  const types = typesOf(points)
  const ofType = (type: PeType) => points.filter(({ design }) => design.type === type)
  if (scope === 'per type')
    return types.map(type => {
      const scaled = scaling(ofType(type), set)
      const columns = monomialsUpTo([...scaled.variables.keys()], degree).map(monomial => ({ monomial }))
      return { points: ofType(type), ...scaled, columns }
    })
  const scaled = scaling(points, set)
  const own = types.flatMap(type => {
    const varied = scaling(ofType(type), set).variables
    const variables = varied.map(feature => scaled.variables.indexOf(feature))
    return monomialsUpTo(variables, degree - 1).map(monomial => ({ monomial, type }))
  })
  const shared = monomialsOf([...scaled.variables.keys()], degree).map(monomial => ({ monomial }))
  return [{ points, ...scaled, columns: [...own, ...shared] }]
}

/** The features that the points vary, each scaled to −1 … 1. */
function scaling(points: readonly MeasuredPoint[], set: readonly number[]) {
  const raw = points.map(({ design }) => featuresOf(design))
  const ranges = set.map(feature => {
    const values = raw.map(row => row[feature]!)
    return { feature, least: Math.min(...values), most: Math.max(...values) }
  })
  const varied = ranges.filter(({ least, most }) => most > least)
  return {
    variables: varied.map(({ feature }) => feature),
    centre: varied.map(({ least, most }) => (least + most) / 2),
    scale: varied.map(({ least, most }) => (most - least) / 2),
  }
}

export const typesOf = (points: readonly MeasuredPoint[]): readonly PeType[] =>
  PE_TYPES.filter(type => points.some(({ design }) => design.type === type))

/** How many coefficients a polynomial of its own takes for points of one type. */
export const termsPerType = (
  points: readonly MeasuredPoint[],
  { features, degree }: Pick<Candidate, 'features' | 'degree'>,
): number => groupsOf(points, { features, degree, scope: 'per type', form: 'log' })[0]!.columns.length
