import { type Command, Option } from 'commander'
import type {
  Architecture,
  CodesignConfig,
  CodesignPlan,
  FamilyConfig,
  NetworkFamily,
} from '../codesign/index.js'
import { InputError } from '../errors.js'
import type { AcceleratorSpace, FittedModels, Objective } from '../hardware/index.js'
import type { Run } from '../runs/index.js'
import { type AccuracyOptions, readAccuracy } from './codesign-accuracy.js'
import { retrainPlan, supernetOptions } from './codesign-supernet.js'
import { dataInput } from './data-input.js'
import { collect, type LongOptions, longCommand, type ResumeOptions } from './long-command.js'
import { positiveInteger, positiveNumber } from './number-options.js'
import { checkedStaff, type StaffOptions, staffOptions } from './staff-options.js'

interface Options extends LongOptions, AccuracyOptions, StaffOptions {
  readonly space: string
  readonly accelerators: string
  readonly objective: readonly string[]
  readonly constraint?: readonly string[]
  readonly evaluations?: number
  readonly population?: number
  readonly seconds?: number
  readonly stagnation?: number
  readonly baselines?: 'yes' | 'no'
  readonly seedNetwork?: readonly string[]
  readonly seedRun?: readonly string[]
  readonly referenceNetwork?: string
  readonly batch: number
  readonly mapping?: Objective
  readonly models?: string
}

/** `tandem codesign`: networks and accelerators that suit each other. Loads no TensorFlow unless networks are run. */
export function register(program: Command): void {
  const command = program
    .command('codesign')
    .description('find networks and the accelerators to run them on, together (NSGA-II)')
    .option('--space <file>', 'networks: a search space, a YAML file or the name of one, or nasbench201')
    .option('--accelerators <file>', 'space: a YAML file, or the name of one in latency-models/accelerator/')
    .option(
      '--accuracy <source>',
      'table:FILE, a CSV with a column "arch" and one of accuracies; or supernet:RUN, of a one-shot search',
    )
    .option('--accuracy-column <name>', 'of the table (cifar10_test, or else the last)')
    .option(
      '--accuracy-offset <type=points>',
      'what a PE type adds to the accuracy, in percentage points, such as lightpe-1=-0.8 (0); may be repeated',
      collect,
    )
    .option(
      '--objective <name>',
      'minimised: error, latency, energy, area, macs, params, edp; repeated for each',
      collect,
    )
    .option('--constraint <text>', '"area<=3mm2", "latency<=4ms", "error<=8%", …; may be repeated', collect)
    .option(
      '--evaluations <n>',
      'designs to evaluate, for each method (10000; 2000 with a supernet)',
      positiveInteger,
    )
    .option('--population <n>', 'designs a generation (50)', positiveInteger)
    .option('--seconds <x>', 'end the co-design after this time', positiveNumber)
    .option(
      '--stagnation <n>',
      'end the co-design when its front stands still for n generations',
      positiveInteger,
    )
    .addOption(
      new Option(
        '--baselines <yes|no>',
        'also network first, hardware first, and random pairs (yes; no with a supernet)',
      ).choices(['yes', 'no']),
    )
    .option('--seed-network <arch>', 'a network that the first generation holds; may be repeated', collect)
    .option('--seed-run <run>', 'a finished tandem search, whose network it holds; may be repeated', collect)
    .option('--reference-network <arch>', 'the network of the baseline that chooses hardware first')
    .option('--batch <n>', 'images at a time', positiveInteger, 1)
    .addOption(
      new Option('--mapping <name>', 'what the best mapping of a layer has least of').choices([
        'latency',
        'energy',
        'edp',
      ]),
    )
    .option('--models <file>', 'coefficients of the PE models (default: those that ship)')
  longCommand(staffOptions(supernetOptions(command), 'for networks of a supernet; 0'), [
    'space',
    'accelerators',
    'accuracy',
    'objective',
  ]).action(async (options: Options) => {
    const staff = await checkedStaff(options, {
      handsOut: options.accuracy.startsWith('supernet:'),
      purpose: 'accuracies that take networks to be run: --accuracy supernet:RUN',
    })
    const config = { ...(await configOf(options)), ...staff }
    const { createRun } = await import('../runs/index.js')
    const { runCodesign } = await import('./codesign-run.js')
    const { run: name, seed } = options
    const supernet = await supernetOf(config, options)
    const inputs = supernet && dataInput(supernet.config.accuracy.data, supernet.dataset)
    const run = createRun({ name, command: 'codesign', config, seed, ...(inputs && { inputs }) })
    await runCodesign(run, supernet, options)
  })
}

/** Continues a co-design in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { runCodesign } = await import('./codesign-run.js')
  const config = run.config as CodesignConfig
  const { checkInputs } = await import('../runs/index.js')
  const supernet = await supernetOf(config, { seed: run.seed })
  if (supernet) checkInputs(run, dataInput(supernet.config.accuracy.data, supernet.dataset))
  await runCodesign(run, supernet, options)
}

/** What a supernet needs besides the configuration, checked; nothing where accuracies are in a table. */
async function supernetOf(config: CodesignConfig, { run, seed }: Pick<LongOptions, 'run' | 'seed'>) {
  if (config.accuracy.kind === 'table') return undefined
  const { checkRunFree } = await import('../runs/index.js')
  if (run !== undefined) checkRunFree(run)
  const { loadSupernet } = await import('./codesign-supernet-run.js')
  return loadSupernet(config, seed)
}

/** Everything checked and filled in. */
async function configOf(options: Options): Promise<CodesignConfig> {
  const { checkPlan, designConstraints, familyOf, mappingFor, objectivesOf } = await import(
    '../codesign/index.js'
  )
  const { readAcceleratorSpace, readFittedModels } = await import('../hardware/index.js')
  const objectives = objectivesOf(options.objective)
  const constraints = designConstraints(options.constraint ?? [])
  const familyConfig = await readFamily(options.space)
  const family = familyOf(familyConfig)
  const accelerators = readAcceleratorSpace(options.accelerators)
  const models = readFittedModels(options.models)
  await checkAccelerators(accelerators, models)
  const plan = await planOf(options)
  const seeds = await seedsOf(options, family, familyConfig)
  checkPlan(plan, seeds.length)
  const retrain = retrainPlan(options)
  return {
    family: familyConfig,
    accelerators,
    models,
    accuracy: await readAccuracy(options, { family, familyConfig, accelerators }),
    objectives,
    constraints,
    mapping: options.mapping ?? mappingFor(objectives, constraints),
    batch: options.batch,
    seeds,
    reference:
      options.referenceNetwork === undefined ? family.reference : family.parse(options.referenceNetwork),
    plan,
    ...(retrain && { retrain }),
  }
}

async function seedsOf(
  { seedNetwork = [], seedRun = [] }: Options,
  family: NetworkFamily,
  config: FamilyConfig,
): Promise<readonly Architecture[]> {
  const seeds = seedNetwork.map(family.parse)
  if (seedRun.length === 0) return seeds
  const { foundBy } = await import('./seed-run.js')
  for (const name of seedRun) seeds.push(await foundBy(name, config))
  return seeds
}

async function planOf(options: Options): Promise<CodesignPlan> {
  const { CODESIGN_PLAN, SUPERNET_EVALUATIONS } = await import('../codesign/index.js')
  const { evaluations, population, seconds, stagnation } = options
  const supernet = options.accuracy.startsWith('supernet:')
  const { baselines = supernet ? 'no' : 'yes' } = options
  const plan = {
    ...CODESIGN_PLAN,
    ...(supernet && { evaluations: SUPERNET_EVALUATIONS }),
    ...(evaluations && { evaluations }),
    ...(population && { population, mostPopulation: Math.max(population, CODESIGN_PLAN.mostPopulation) }),
  }
  return {
    ...plan,
    population: population ?? Math.min(plan.population, plan.evaluations),
    ...(seconds && { seconds }),
    ...(stagnation && { stagnation: { generations: stagnation, tolerance: 1e-3 } }),
    baselines: baselines === 'yes',
  }
}

async function readFamily(space: string): Promise<FamilyConfig> {
  if (space === 'nasbench201') return { kind: 'nasbench201' }
  const { readSpace, searchable } = await import('../search/space-index.js')
  const read = readSpace(space)
  if (searchable(read).length === 0)
    throw new InputError(
      `space ${read.name} holds one network; to choose an accelerator for it: tandem ppa sweep`,
    )
  return { kind: 'blocks', space: read }
}

/** Designs tried before a space is taken to hold none that can be built. */
const TRIED = 1000

/** Throws InputError for a space with one design, or, as far as was tried, none that can be built. */
async function checkAccelerators(space: AcceleratorSpace, models: FittedModels): Promise<void> {
  const { acceleratorAt, acceleratorFigures, countAccelerators, peModel } = await import(
    '../hardware/index.js'
  )
  const count = countAccelerators(space)
  if (count === 1)
    throw new InputError(
      `${space.name} holds one accelerator; to find a network for it: tandem search --on accelerator:FILE`,
    )
  const model = peModel(models)
  let reason = ''
  const tries = Math.min(TRIED, count)
  for (let i = 0; i < tries; i++) {
    try {
      acceleratorFigures(acceleratorAt(space, Math.floor((i * count) / tries)), model)
      return
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      reason ||= error.message
    }
  }
  throw new InputError(`no accelerator of ${space.name} can be built: ${reason}`)
}
