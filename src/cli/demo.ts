import type { Command } from 'commander'
import type { Constraint } from '../cost/index.js'
import type { Space } from '../search/index.js'
import { type LongOptions, longCommand } from './long-command.js'
import type { SearchSetup } from './search.js'

/** Of the way from the cheapest network of the space to the largest. */
const TARGET = 0.5

/** Epochs of the supernet and of each network after it: what two cores train in a few minutes. */
const EPOCHS = { native: 8, wasm: 3 }

/** `tandem demo`: a search within two budgets of an accelerator, from nothing but what ships, in a few minutes. */
export function register(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'a search within a latency and an energy budget, on the data that ships, within five minutes',
    )
  longCommand(command).action(async (options: LongOptions) => {
    const { chooseBackend, provideEngine } = await import('../engine/install/index.js')
    const say = (line: string) => process.stderr.write(`${line}\n`)
    await provideEngine(say)
    const { name } = chooseBackend()
    if (name === 'wasm') say(`demo: ${EPOCHS.wasm} epochs instead of ${EPOCHS.native}, since wasm is slower`)
    const { startSearch } = await import('./search.js')
    const setup = await demoSetup(EPOCHS[name])
    await startSearch(setup, options, {
      command: 'demo',
      precision: 'auto',
      price: () => priceOnAccelerator(setup.space),
    })
  })
}

/** The tiny space and the sample of CIFAR-10. */
async function demoSetup(epochs: number): Promise<SearchSetup> {
  const { readSpace, SEARCH_PLAN, TRAINING_PLAN } = await import('../search/index.js')
  return {
    space: readSpace('cifar10-tiny'),
    data: 'cifar10-sample',
    heldOut: 0.1,
    searchShare: 1,
    augment: { crop: 4, flip: true },
    search: { ...SEARCH_PLAN, epochs, warmupEpochs: Math.floor(epochs / 2), batchSize: 64 },
    training: { ...TRAINING_PLAN, epochs, batchSize: 64 },
    baselines: ['largest'],
  }
}

/** On a small INT8 accelerator, with targets half-way through what the space reaches on it. */
async function priceOnAccelerator(space: Space) {
  const { acceleratorCostModel, formatMetric, parseConstraint } = await import('../cost/index.js')
  const { readAccelerator, readPeModel } = await import('../hardware/index.js')
  const { cheapest, exactPrice, pricesOf } = await import('../search/index.js')
  const accelerator = readAccelerator('edge-int8')
  const whole = ['latency<=100%', 'energy<=100%'].map(parseConstraint)
  const prices = await pricesOf(space, whole, { model: acceleratorCostModel(accelerator, readPeModel()) })
  const constraints = prices.map((price): Constraint => {
    const { metric } = price
    const from = exactPrice(price, space, cheapest(space, price))
    const bound = Number((from + TARGET * (price.bound - from)).toPrecision(4))
    return { metric, op: '<=', bound, relative: false, text: `${metric}<=${formatMetric(metric, bound)}` }
  })
  return { constraints, accelerator }
}
