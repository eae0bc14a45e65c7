import { formatMetric } from '../cost/index.js'
import { InfeasibleError } from '../errors.js'
import type { FilterTerms } from './quantize-kernels.js'
import { priceOfTerms, type TermsPrice } from './terms-price.js'

/** Norm − threshold of every filter, by layer and term: [terms][filters]. */
export type TermMargins = Readonly<Record<string, readonly (readonly number[])[]>>

/** How many terms every filter has where those whose margin is above 0 are open, up to the first that is closed. */
export const openTerms = (margins: TermMargins): FilterTerms =>
  Object.fromEntries(
    Object.entries(margins).map(([layer, byTerm]) => [
      layer,
      byTerm[0]!.map((_, filter) => {
        const closed = byTerm.findIndex(filters => !(filters[filter]! > 0))
        return closed < 0 ? byTerm.length : closed
      }),
    ]),
  )

/**
 * The terms that are open, and no more than a bound allows: the last terms of filters go, those of least margin first, ties
 * in order. No layer loses its last term: of one that is closed altogether the filter of greatest margin keeps one.
 * Throws InfeasibleError, which says what can be reached, where the bound is below that.
 */
export function decideTerms(
  margins: TermMargins,
  price?: TermsPrice,
  bound = Number.POSITIVE_INFINITY,
): FilterTerms {
  const terms: Record<string, number[]> = Object.fromEntries(
    Object.entries(openTerms(margins)).map(([layer, filters]): [string, number[]] => [layer, [...filters]]),
  )
  for (const [layer, filters] of Object.entries(terms))
    if (!filters.some(count => count > 0)) filters[greatest(margins[layer]![0]!)] = 1
  if (price === undefined) return terms
  let reached = priceOfTerms(price, terms)
  for (const { layer, filter, term } of inOrderOfMargin(margins)) {
    if (reached <= bound * (1 + ROUNDING) && priceOfTerms(price, terms) <= bound) break
    const filters = terms[layer]!
    if (filters[filter] !== term + 1) continue
    if (term === 0 && filters.filter(count => count > 0).length === 1) continue
    filters[filter]!--
    reached -= price.layers[layer]! / filters.length / price.per
  }
  const exact = priceOfTerms(price, terms)
  if (exact <= bound) return terms
  const { metric } = price
  throw new InfeasibleError(
    `the smallest ${metric} that terms can reach is ${formatMetric(metric, exact)}, above ${formatMetric(metric, bound)}`,
  )
}

/** Of a price that is counted down, relative. */
const ROUNDING = 1e-12

const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values))

/** Every term of every filter, later terms of a filter before earlier ones. */
function inOrderOfMargin(margins: TermMargins) {
  const all = Object.entries(margins).flatMap(([layer, byTerm]) =>
    byTerm.flatMap((filters, term) =>
      filters.map((_, filter) => ({
        ...{ layer, filter, term },
        margin: Math.max(...byTerm.slice(term).map(later => later[filter]!)),
      })),
    ),
  )
  return all.sort((a, b) => a.margin - b.margin || b.term - a.term)
}
