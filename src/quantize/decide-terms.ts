import { formatMetric } from '../cost/index.js'
import { InfeasibleError } from '../errors.js'
import type { FilterTerms } from './quantize-kernels.js'
import { priceOfTerms, type TermsPrice } from './terms-price.js'

/** Norm − threshold of every filter, relative to its layer's norms, by layer and term: [terms][filters]. */
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
 * Without a bound the terms that are open. Under one, as many as it allows: terms are taken in order of their margin, the
 * greatest first, ties in order, a filter's later ones after its earlier, and those passed over that would not fit. So
 * thresholds say which terms matter most, and neither a bound they have not reached nor one they have passed is missed. Every
 * layer keeps a term, that of the filter of greatest margin.
 * Throws InfeasibleError, which says what can be reached, where the bound is below that.
 */
export function decideTerms(margins: TermMargins, price?: TermsPrice, bound?: number): FilterTerms {
  if (price === undefined || bound === undefined) return kept(openTerms(margins), margins)
  const none = Object.entries(margins).map(([layer, [first]]): [string, number[]] => [
    layer,
    first!.map(() => 0),
  ])
  const terms = kept(Object.fromEntries(none), margins)
  const least = priceOfTerms(price, terms)
  if (least > bound)
    throw new InfeasibleError(
      `the smallest ${price.metric} that terms can reach is ${formatMetric(price.metric, least)}, above ${formatMetric(price.metric, bound)}`,
    )
  for (const { layer, filter, term } of inOrderOfMargin(margins)) {
    const filters = terms[layer]!
    if (filters[filter] !== term) continue
    filters[filter] = term + 1
    if (priceOfTerms(price, terms) > bound) filters[filter] = term
  }
  return terms
}

/** Terms that can be changed, with one at least in every layer. */
function kept(terms: FilterTerms, margins: TermMargins): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(terms).map(([layer, given]): [string, number[]] => {
      const filters = [...given]
      const first = margins[layer]![0]!
      if (!filters.some(count => count > 0)) filters[first.indexOf(Math.max(...first))] = 1
      return [layer, filters]
    }),
  )
}

/** Every term of every filter, greatest margin first; one counts for no more than those before it. */
function inOrderOfMargin(margins: TermMargins) {
  const all = Object.entries(margins).flatMap(([layer, byTerm]) =>
    byTerm.flatMap((filters, term) =>
      filters.map((_, filter) => ({
        ...{ layer, filter, term },
        margin: Math.min(...byTerm.slice(0, term + 1).map(earlier => earlier[filter]!)),
      })),
    ),
  )
  return all.sort((a, b) => b.margin - a.margin || a.term - b.term)
}
