import type { Command } from 'commander'
import type { Constraint, DeviceTable } from '../cost/index.js'
import { InputError } from '../errors.js'
import type { Run } from '../runs/index.js'
import type { Baseline, SearchConfig, Space } from '../search/index.js'
import { dataInput } from './data-input.js'
import { type FormulationOption, formulationOption } from './formulation-option.js'
import { collect, type LongOptions, longCommand, type ResumeOptions } from './long-command.js'
import { fraction, positiveInteger, positiveNumber, wholeNumber } from './number-options.js'
import { type OneShotOptions, oneShotOptions, readOneShot } from './one-shot-options.js'
import { type OuterOptions, outerOptions, readOuter } from './outer-options.js'
import { type PrecisionOption, precisionOption, resolvePrecision } from './precision-option.js'
import { checkedStaff, type StaffOptions, staffOptions } from './staff-options.js'

interface Options extends LongOptions, OuterOptions, OneShotOptions, FormulationOption, StaffOptions {
  readonly space: string
  readonly data: string
  readonly on?: string
  readonly constraint: readonly string[]
  readonly trainEpochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly share: number
  readonly baseline?: readonly string[]
  readonly baselines?: number
  readonly precision: PrecisionOption
  readonly describe?: boolean
}

/** `tandem search`: the most accurate network of a space that meets the constraints. */
export function register(program: Command): void {
  const command = program
    .command('search')
    .description('find the most accurate network of a space within a budget (Single-Path NAS)')
    .option('--space <file>', 'search space: a YAML file, or the name of one in search-spaces/')
    .option('--data <data>', 'cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or cifar10-sample')
    .option(
      '--on <cost>',
      'what latency and energy are priced on: table:FILE, accelerator:FILE, or host (profiled first)',
    )
    .option('--constraint <text>', '"latency<=4ms", "macs<=50%", …; may be repeated', collect)
    .option('--epochs <n>', 'of the supernet', positiveInteger)
    .option('--warmup <n>', 'of these, without constraint', wholeNumber)
    .option('--train-epochs <n>', 'of the found network, from scratch', positiveInteger)
    .option('--batch <n>', 'images a step', positiveInteger)
    .option('--learning-rate <x>', 'peak, of supernet and found network', positiveNumber)
    .option('--share <x>', 'share of the training images that the supernet sees', fraction, 1)
    .option('--baseline <name>', 'also train the network "largest"; may be repeated', collect)
    .option(
      '--baselines <n>',
      'also train n random networks of equal price, and the uniform ones within the budget',
      positiveInteger,
    )
    .addOption(formulationOption())
    .addOption(precisionOption())
  staffOptions(oneShotOptions(outerOptions(command)), 'for networks trained beside the found one; 0').option(
    '--describe',
    'say what the space holds and what a search step takes, and do nothing',
  )
  const required = ({ describe }: Partial<Options>) =>
    describe ? ['space'] : ['space', 'data', 'constraint']
  longCommand(command, required).action(async (options: Options) => {
    const { readSpace, SEARCH_PLAN } = await import('../search/space-index.js')
    if (options.describe) {
      const { printSpace } = await import('./describe-space.js')
      const { batch: batchSize = SEARCH_PLAN.batchSize, json } = options
      return printSpace(readSpace(options.space), { batchSize, json })
    }
    const { parseConstraints } = await import('../cost/index.js')
    const space = readSpace(options.space)
    const constraints = parseConstraints(options.constraint, '--constraint')
    const on = await readOn(space, options)
    const staff = await checkedStaff(options, {
      handsOut: options.baseline !== undefined || options.baselines !== undefined,
      purpose: 'networks trained beside the found one: --baseline or --baselines',
    })
    await startSearch(await planOf(space, options), options, {
      precision: options.precision,
      staff,
      ...(options.baselines && { baselines: options.baselines }),
      price: async () => ({
        constraints,
        ...(options.on === 'host' ? { table: await measured(space, options) } : on),
      }),
    })
  })
}

/** What the run folder keeps. */
export interface SearchRunConfig extends SearchConfig, StaffOptions {}

/** What a search is priced on, besides counting. */
type PricedOn = Pick<SearchConfig, 'table' | 'accelerator'>

/** A search but for its prices and what they are made of. */
export type SearchSetup = Omit<SearchConfig, 'prices' | keyof PricedOn>

export interface SearchStart {
  /** Name of the command; by default `search`. */
  readonly command?: string
  readonly precision: PrecisionOption
  /** Random networks of equal price to be trained beside the found one, with the uniform ones; by default none. */
  readonly baselines?: number
  /** Who trains what is trained beside the found network; by default this process. */
  readonly staff?: StaffOptions
  /** The constraints and what they are priced on; may take minutes, so it is asked when all the rest is checked. */
  readonly price: () => Promise<PricedOn & { readonly constraints: readonly Constraint[] }>
}

/** Checks everything, cheap things first, makes the run folder, and searches. */
export async function startSearch(
  setup: SearchSetup,
  options: LongOptions,
  { command = 'search', precision: asked, baselines: random = 0, staff, price }: SearchStart,
): Promise<void> {
  const [
    { checkRunFree, createRun },
    { baselinesWithin, decode, firstCandidates, largest, pricesOf },
    { modelOf },
    { runSearch, loadSearchData },
  ] = await Promise.all([
    import('../runs/index.js'),
    import('../search/index.js'),
    import('./export-trained.js'),
    import('./search-run.js'),
  ])
  if (options.run !== undefined) checkRunFree(options.run)
  const dataset = await loadSearchData({ ...setup, prices: [] })
  const { constraints, ...on } = await price()
  const prices = await pricesOf(setup.space, constraints, { table: on.table, model: modelOf(on) })
  // Throws where no network is found within the bounds.
  if (setup.oneShot) firstCandidates(setup.space, prices, setup.oneShot.candidates, options.seed)
  const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`))
  const equal = random > 0 ? baselinesWithin(setup.space, prices, random, options.seed) : []
  const drawn = equal.filter(({ name }) => name.startsWith('random-')).length
  if (drawn < random)
    say(`Random networks of equal price: ${drawn} instead of ${random}, as the space holds no more`)
  const precision = await resolvePrecision(asked, {
    network: decode(setup.space, largest(setup.space)),
    batchSize: setup.search.batchSize,
    say,
  })
  const config: SearchRunConfig = {
    ...setup,
    ...on,
    ...staff,
    prices,
    baselines: [...setup.baselines, ...equal],
    search: { ...setup.search, precision },
    training: { ...setup.training, precision },
  }
  const run = createRun({
    ...{ name: options.run, command, config, seed: options.seed },
    inputs: dataInput(config.data, dataset),
  })
  await runSearch(run, config, dataset, options)
}

/** Continues a search in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { runSearch, loadSearchData } = await import('./search-run.js')
  const { checkInputs } = await import('../runs/index.js')
  const config = run.config as SearchRunConfig
  const dataset = await loadSearchData(config)
  checkInputs(run, dataInput(config.data, dataset))
  await runSearch(run, config, dataset, options)
}

/** Everything that the options leave open, filled in. */
async function planOf(space: Space, options: Options): Promise<SearchSetup> {
  const { SEARCH_PLAN, TRAINING_PLAN } = await import('../search/index.js')
  const oneShot = await readOneShot({ ...options }, space)
  const outer = await readOuter(options)
  const epochs = outer?.epochs ?? options.epochs ?? SEARCH_PLAN.epochs
  const warmupEpochs = outer?.warmupEpochs ?? options.warmup ?? Math.floor(epochs / 2)
  if (warmupEpochs >= epochs) {
    throw new InputError(`--warmup ${warmupEpochs} leaves none of the ${epochs} epochs for the constraint`)
  }
  const common = {
    ...(options.batch && { batchSize: options.batch }),
    ...(options.learningRate && { learningRate: options.learningRate }),
  }
  return {
    space,
    data: options.data,
    heldOut: 0.1,
    searchShare: options.share,
    augment: { crop: 4, flip: true },
    search: {
      ...SEARCH_PLAN,
      ...common,
      ...{ epochs, warmupEpochs },
      ...(options.formulation && { formulation: options.formulation }),
    },
    training: { ...TRAINING_PLAN, ...common, ...(options.trainEpochs && { epochs: options.trainEpochs }) },
    baselines: (options.baseline ?? []).map(baseline),
    ...(outer && { outer: outer.plan }),
    ...(oneShot && { oneShot }),
  }
}

function baseline(name: string): Baseline {
  if (name === 'largest') return name
  throw new InputError(`--baseline "${name}": expected "largest"`)
}

/** What `--on` names; nothing where it is left out or is to be measured first. */
async function readOn(space: Space, { on }: Options): Promise<PricedOn> {
  if (on === undefined || on === 'host') return {}
  const [kind, ...rest] = on.split(':')
  const file = rest.join(':')
  if (kind === 'table' && file !== '') {
    const { checkTableCovers, readTable } = await import('../cost/index.js')
    const table = readTable(file)
    checkTableCovers(table, space)
    return { table }
  }
  if (kind === 'accelerator' && file !== '') {
    const { readAccelerator } = await import('../hardware/index.js')
    return { accelerator: readAccelerator(file) }
  }
  throw new InputError(`--on "${on}": a search is priced on table:FILE, accelerator:FILE or host`)
}

async function measured(space: Space, options: Options): Promise<DeviceTable> {
  const { hostTable } = await import('./host-table.js')
  return hostTable(space, options)
}
