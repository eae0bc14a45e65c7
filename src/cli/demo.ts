import type { Command } from 'commander'
import type { SearchConfig } from '../search/index.js'
import { type LongOptions, longCommand } from './long-command.js'

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
    await startSearch('demo', await demoConfig(options), options)
  })
}

/** The tiny space priced on this machine, the sample of CIFAR-10, and epochs for a few minutes on two cores. */
async function demoConfig(options: LongOptions): Promise<SearchConfig> {
  const { hostTable } = await import('./host-table.js')
  const { parseConstraint } = await import('../cost/index.js')
  const { cheapest, exactPrice, largest, latencyPrice, readSpace, SEARCH_PLAN, TRAINING_PLAN } = await import(
    '../search/index.js'
  )
  const space = readSpace('cifar10-tiny')
  const table = await hostTable(space, options, { threads: 1, batch: 1, rounds: 4 })
  const price = latencyPrice(space, table)
  const from = exactPrice(price, space, cheapest(space, price))
  const target = from + TARGET * (exactPrice(price, space, largest(space)) - from)
  return {
    space,
    data: 'cifar10-sample',
    table,
    constraints: [parseConstraint(`latency<=${target.toPrecision(4)}ms`)],
    heldOut: 0.1,
    searchShare: 1,
    augment: { crop: 4, flip: true },
    search: { ...SEARCH_PLAN, epochs: 8, warmupEpochs: 4, batchSize: 64 },
    training: { ...TRAINING_PLAN, epochs: 8, batchSize: 64 },
    baselines: ['largest'],
  }
}
