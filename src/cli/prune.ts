import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Constraint, Metric } from '../cost/index.js'
import { InputError } from '../errors.js'
import type { CriterionName, EvolutionPlan, PruneConfig, Reduce } from '../prune/plan-index.js'
import type { Run } from '../runs/index.js'
import { dataInput } from './data-input.js'
import type { InputModel } from './input-model.js'
import { collect, type ResumeOptions } from './long-command.js'
import { positiveInteger, wholeNumber } from './number-options.js'
import { takes } from './option-value.js'
import { resolvePrecision } from './precision-option.js'
import { readPricedOn } from './priced-on.js'
import type { PruneRunConfig } from './prune-run.js'
import { checkedStaff, type StaffOptions, staffOptions } from './staff-options.js'
import {
  dataOption,
  type TuningOptions,
  trainingOptions,
  tunedConfig,
  tuningCommand,
} from './tuning-command.js'

interface Options extends TuningOptions, StaffOptions {
  readonly budget?: readonly string[]
  readonly on?: string
  readonly criterion: string
  readonly reduce?: string
  readonly ranking?: string
  readonly tau: number
  readonly statistics: 'batch' | 'running'
  readonly images: number
  readonly population?: number
  readonly evaluations?: number
  readonly round?: number
  readonly keep?: readonly string[]
  readonly keepAtLeast: number
  readonly roundTo: number
}

/** `tandem prune`: smaller networks out of a trained one, one for each budget. */
export function register(program: Command): void {
  const command = program
    .command('prune')
    .description('make a trained model smaller, to any number of budgets (LeGR and other criteria)')
    .argument('<model>', 'an ONNX file')
    .option(...dataOption)
    .option(
      '--budget <text>',
      '"macs<=50%", "latency<=2ms", …: one network for each; may be repeated',
      collect,
    )
    .option('--on <cost>', 'what latency and energy are priced on: accelerator:FILE or host (measured here)')
    .option(
      '--criterion <name>',
      'legr, l1, l2, l2-per-layer, bn-scale, fpgm, taylor, random or uniform',
      'legr',
    )
    .option(
      '--reduce <name>',
      'how the scores of channels that go together become one: sum, mean or max (sum)',
    )
    .option('--ranking <file>', 'a ranking.json learned before, instead of learning one')
    .option('--explain', 'print which channels live and die together, and do nothing')
  trainingOptions(command, 'of training what is left; 0 for none (10)')
    .option('--tau <n>', 'steps of training before a candidate ranking is judged', wholeNumber, 0)
    .addOption(
      new Option('--statistics <of>', 'what batch norms take when a candidate ranking is judged')
        .choices(['batch', 'running'])
        .default('batch'),
    )
    .option('--images <n>', 'held-out images that candidate rankings are judged on', positiveInteger, 1000)
    .option('--population <n>', 'of candidate rankings', positiveInteger)
    .option('--evaluations <n>', 'candidate rankings in all', positiveInteger)
    .option(
      '--round <n>',
      'candidate rankings that are made of one population, and so can be judged side by side (1)',
      positiveInteger,
    )
    .option('--keep <layer>', 'a layer that keeps all its channels; may be repeated', collect)
    .option('--keep-at-least <x>', 'share of its channels that every layer keeps', share, 0.1)
    .option('--round-to <n>', 'make the number of channels a multiple of this', positiveInteger, 1)
  staffOptions(command, 'for candidate rankings; 0')
  tuningCommand<Options>(command, { explain, start })
}

const share = takes({ type: 'number', minimum: 0, maximum: 1 }, (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number from 0 to 1.')
})

async function explain({ network }: InputModel, { keep = [] }: Options): Promise<void> {
  const { channelsOf, explainGroups, groupsOf } = await import('../prune/plan-index.js')
  process.stdout.write(explainGroups(groupsOf(network, channelsOf(network, { keep })), network))
}

/** Checks everything, cheap things first, makes the run folder, and prunes. */
async function start(model: InputModel, options: Options, say: (line: string) => void): Promise<void> {
  const { checkRunFree, createRun } = await import('../runs/index.js')
  const config = await configOf(model, options)
  if (options.run !== undefined) checkRunFree(options.run)
  const { checkBudgets, loadPruneData, runPrune } = await import('./prune-run.js')
  await checkBudgets(model, config)
  const dataset = await loadPruneData(model, config, options.seed)
  const resolved = await withPrecisions(config, model, options, say)
  const run = createRun({
    ...{ name: options.run, command: 'prune', config: resolved, seed: options.seed },
    inputs: dataInput(config.data, dataset),
  })
  await runPrune(run, { model, config: resolved, dataset }, options)
}

/** What candidates are judged in, and what is left is trained in: each by a trial of its own kind of work. */
async function withPrecisions(
  config: PruneRunConfig,
  { network }: InputModel,
  { precision: asked, images }: Options,
  say: (line: string) => void,
): Promise<PruneRunConfig> {
  const { halved } = await import('../prune/plan-index.js')
  const { EVALUATION_BATCH } = await import('../data/index.js')
  const { criterion, affine, training } = config
  const judged =
    criterion === 'legr' &&
    affine === undefined &&
    (await resolvePrecision(asked, {
      ...{ network, batchSize: Math.min(images, EVALUATION_BATCH) },
      ...{ work: 'evaluation', say },
    }))
  // Not the whole network: odd widths gain little from bf16, and what is left often has them.
  const trained =
    training.epochs > 0 &&
    (await resolvePrecision(asked, {
      ...{ network: await halved(network, config), batchSize: training.batchSize, say },
    }))
  return {
    ...config,
    ...(judged && { precision: judged }),
    training: { ...training, ...(trained && { precision: trained }) },
  }
}

/** Continues a pruning in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { readSameModel } = await import('./input-model.js')
  const { loadPruneData, runPrune } = await import('./prune-run.js')
  const { checkInputs } = await import('../runs/index.js')
  const config = run.config as PruneRunConfig
  const model = readSameModel(config.model)
  const dataset = await loadPruneData(model, config, run.seed)
  checkInputs(run, dataInput(config.data, dataset))
  await runPrune(run, { model, config, dataset }, options)
}

/** Everything that the options leave open, filled in. */
async function configOf(model: InputModel, options: Options): Promise<PruneRunConfig> {
  const { FINE_TUNING } = await import('../prune/plan-index.js')
  return {
    ...tunedConfig(model, options, FINE_TUNING),
    ...(options.data !== undefined && { data: options.data }),
    ...(await readPricedOn(options.on, 'pruning')),
    budgets: await budgetsOf(options),
    ...(await criterionOf(model, options)),
    keep: options.keep ?? [],
    keepAtLeast: options.keepAtLeast,
    roundTo: options.roundTo,
    evolution: await evolutionOf(options),
    ...(await checkedStaff(options, {
      handsOut: options.criterion === 'legr' && options.ranking === undefined,
      purpose: 'a ranking that is learned: --criterion legr, without --ranking',
    })),
    tau: options.tau,
    statistics: options.statistics,
    images: options.images,
  }
}

async function budgetsOf({ budget: texts }: Options): Promise<readonly Constraint[]> {
  const { parseConstraints } = await import('../cost/index.js')
  if (texts === undefined)
    throw new InputError('--budget is needed, such as --budget "macs<=50%"; or --explain')
  const budgets = parseConstraints(texts, '--budget')
  for (const { metric, text } of budgets) {
    const why = UNCHANGED[metric]
    if (why !== undefined) throw new InputError(`--budget "${text}": ${why}; no pruning changes it`)
  }
  return budgets
}

/** What a network with fewer channels has as before. */
const UNCHANGED: Partial<Record<Metric, string>> = {
  area: "area is the accelerator's",
  terms: 'terms are powers of two a weight, which "tandem quantize" decides',
}

async function criterionOf(
  { network }: InputModel,
  { criterion, reduce, ranking: file, keep = [] }: Options,
): Promise<Pick<PruneConfig, 'criterion' | 'reduce' | 'affine'>> {
  const { CRITERIA, channelsOf, criteria, prunableLayers, REDUCTIONS, readRanking } = await import(
    '../prune/plan-index.js'
  )
  const among = <T extends string>(option: string, value: string, known: readonly T[]): T => {
    if ((known as readonly string[]).includes(value)) return value as T
    throw new InputError(`--${option} "${value}": expected one of ${known.join(', ')}`)
  }
  const name: CriterionName = among('criterion', criterion, CRITERIA)
  criteria[name].check?.(network)
  const asked: Reduce | undefined = reduce === undefined ? undefined : among('reduce', reduce, REDUCTIONS)
  if (file === undefined) return { criterion: name, reduce: asked ?? 'sum' }
  if (name !== 'legr') throw new InputError(`--ranking is for criterion legr, not for ${name}`)
  const needed = prunableLayers(network, channelsOf(network, { keep }))
  const ranking = readRanking(file, needed, prunableLayers(network, channelsOf(network)))
  if (asked !== undefined && asked !== ranking.reduce)
    throw new InputError(`${file} was learned with --reduce ${ranking.reduce}; leave --reduce out`)
  return { criterion: name, reduce: ranking.reduce, affine: ranking.layers }
}

async function evolutionOf({ population, evaluations, round }: Options): Promise<EvolutionPlan> {
  const { EVOLUTION_PLAN } = await import('../prune/plan-index.js')
  const size = population ?? Math.min(EVOLUTION_PLAN.population, evaluations ?? EVOLUTION_PLAN.evaluations)
  return {
    ...EVOLUTION_PLAN,
    population: size,
    tournament: Math.min(EVOLUTION_PLAN.tournament, size),
    ...(evaluations && { evaluations }),
    ...(round && { round }),
  }
}
