import type { Command } from 'commander'
import type { Space } from '../search/index.js'
import { type LongOptions, longCommand } from './long-command.js'
import type { SearchSetup } from './search.js'

/** Of the way from the cheapest network of the space to the largest. */
const TARGET = 0.5

/** `tandem demo`: a constrained search from nothing but what ships, in a few minutes. */
export function register(program: Command): void {
  const command = program
    .command('demo')
    .description('a latency-constrained search on the data that ships, within five minutes')
  longCommand(command).action(async (options: LongOptions) => {
    const { installEngine } = await import('../engine/install/index.js')
    await installEngine(line => process.stderr.write(`${line}\n`))
    const { startSearch } = await import('./search.js')
    const setup = await demoSetup()
    await startSearch(setup, options, { command: 'demo', price: () => priceHere(setup.space, options) })
  })
}

/** The tiny space, the sample of CIFAR-10, and epochs for a few minutes on two cores. */
async function demoSetup(): Promise<SearchSetup> {
  const { readSpace, SEARCH_PLAN, TRAINING_PLAN } = await import('../search/index.js')
  return {
    space: readSpace('cifar10-tiny'),
    data: 'cifar10-sample',
    heldOut: 0.1,
    searchShare: 1,
    augment: { crop: 4, flip: true },
    search: { ...SEARCH_PLAN, epochs: 8, warmupEpochs: 4, batchSize: 64 },
    training: { ...TRAINING_PLAN, epochs: 8, batchSize: 64 },
    baselines: ['largest'],
  }
}

/** Measured on this machine, with a target half-way through what the space reaches on it. */
async function priceHere(space: Space, options: LongOptions) {
  const { hostTable } = await import('./host-table.js')
  const { parseConstraint } = await import('../cost/index.js')
  const { cheapest, exactPrice, largest, latencyPrice } = await import('../search/index.js')
  const table = await hostTable(space, options, { threads: 1, batch: 1, rounds: 4 })
  const price = latencyPrice(space, table)
  const from = exactPrice(price, space, cheapest(space, price))
  const target = from + TARGET * (exactPrice(price, space, largest(space)) - from)
  return { constraints: [parseConstraint(`latency<=${target.toPrecision(4)}ms`)], table }
}
