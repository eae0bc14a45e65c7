import { parseConstraint } from '../cost/index.js'
import { InputError } from '../errors.js'
import { isMeasure, type Measure } from './measure.js'

/** An upper bound on one measure, in its unit. */
export interface DesignConstraint {
  readonly measure: Measure
  readonly bound: number
  /** As it was written, without spaces. */
  readonly text: string
}

const ERROR = /^(error<=|accuracy>=)([0-9.]+)(%?)$/
const EDP = /^edp<=([0-9.]+(?:e[+-]?\d+)?)(?:mJ·?ms|uJ·?s|µJ·?s)?$/

/**
 * Reads a bound: what `parseConstraint` reads (`area<=3mm2`, `latency<=4ms`), but no percent of another network;
 * and `error<=8%`, `accuracy>=92%`, `edp<=2mJms`. Throws InputError, which lists what is allowed.
 */
export function parseDesignConstraint(written: string): DesignConstraint {
  const text = written.replaceAll(/\s+/g, '')
  const [, side, number, percent] = ERROR.exec(text) ?? []
  if (side !== undefined) {
    const share = Number(number) / (percent === '%' ? 100 : 1)
    const bound = side === 'error<=' ? share : 1 - share
    if (!(bound > 0 && bound < 1))
      throw new InputError(`constraint "${written}": expected a share between 0 and 100 %`)
    return { measure: 'error', bound: Number(bound.toPrecision(12)), text }
  }
  const [, product] = EDP.exec(text) ?? []
  if (product !== undefined && Number(product) > 0) return { measure: 'edp', bound: Number(product), text }
  if (/^(error|accuracy|edp)\b/.test(text))
    throw new InputError(`constraint "${written}": expected such as error<=8%, accuracy>=92% or edp<=2mJms`)
  const { metric, bound, relative } = parseConstraint(written)
  if (relative)
    throw new InputError(
      `constraint "${written}": there is no network here that it could be a percent of; give it in units`,
    )
  if (!isMeasure(metric))
    throw new InputError(`constraint "${written}": the price of a design has no ${metric}`)
  return { measure: metric, bound, text }
}

/** Reads all of them. Throws InputError for one that cannot be read and for two on one measure. */
export function designConstraints(texts: readonly string[]): readonly DesignConstraint[] {
  const constraints = texts.map(parseDesignConstraint)
  for (const [i, { measure, text }] of constraints.entries()) {
    const other = constraints.slice(0, i).find(before => before.measure === measure)
    if (other) throw new InputError(`constraints "${other.text}" and "${text}" bound the same; keep one`)
  }
  return constraints
}
