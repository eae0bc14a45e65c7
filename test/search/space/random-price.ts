import type { PriceRow } from '../../../src/cost/index.js'
import { random } from '../../../src/random.js'
import { cheapest, exactPrice, type Price } from '../../../src/search/space/price.js'
import { type Space, searchable } from '../../../src/search/space/space.js'

/** A table at random: `monotone` where a larger choice costs more, as it does when counting. */
export function randomPrice(space: Space, seed: number, monotone: boolean): Price {
  const blocks = searchable(space)
  const stream = random(seed, 'table')
  const rows = blocks.map(({ name, kernels, expansions, canSqueeze }): PriceRow => {
    const prices = kernels.map(() => expansions.map(() => 0.2 + stream.uniform()))
    const grown = prices.map((row, i) =>
      row.map((_, j) =>
        prices
          .slice(0, i + 1)
          .flatMap(above => above.slice(0, j + 1))
          .reduce((a, b) => a + b),
      ),
    )
    const plain = monotone ? grown : prices
    const same = stream.uniform()
    const more = () => (monotone ? same : stream.uniform() - 0.2)
    const squeezed = canSqueeze && { squeezed: plain.map(row => row.map(price => price + more())) }
    return { block: name, kernels, expansions, prices: plain, ...squeezed }
  })
  const priced = { metric: 'latency' as const, fixed: stream.uniform(), rows }
  const all = (choose: (a: number, b: number) => boolean) => {
    const picked = blocks.map(({ choices }, b) => {
      const of = (choice: string) =>
        exactPrice({ fixed: 0, rows: [rows[b]!] }, { ...space, blocks: [blocks[b]!] }, [choice])
      return choices.reduce((best, choice) => (choose(of(choice), of(best)) ? choice : best))
    })
    return exactPrice(priced, space, picked)
  }
  const least = exactPrice(priced, space, cheapest(space, priced))
  const most = all((a, b) => a > b)
  return { ...priced, bound: least + stream.uniform() ** 2 * (most - least) }
}
