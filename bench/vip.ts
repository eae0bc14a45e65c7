import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceleratorCostModel, type Cost, type CostModel } from '../src/cost/index.js'
import { readAccelerator, readPeModel } from '../src/hardware/index.js'
import { readOnnx } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import { accuracyAgainst, csv, drawFigure, openRun, type Solution, standalone } from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, row } from './bench.js'
import { passed } from './sides/search-target.js'
import { isDone, performAll, resultOf } from './sides/tandem-run.js'
import { layers } from './sides/vip-layers.js'

/** One call of `tandem pool`. */
interface Experiment {
  readonly name: string
  /** In which panel of the figure it is, and under which name there. */
  readonly model: string
  readonly order: string
  readonly seed: number
  /** The model that comes in. */
  readonly file: string
  readonly args: readonly string[]
}

/** Convolutions of a round where none are asked for: about a fifth of each model's. */
const GROUP_SIZES: Readonly<Record<string, number>> = { vgg: 3, resnet: 11 }

/**
 * Virtual pooling of trained models: each experiment is a run of `tandem pool` that is resumed where it is unfinished
 * and read where it is done. After each, what all finished runs came to goes to `docs/data/vip.csv`.
 *
 * - `vip-vgg-0` …, `vip-resnet-0` …: groups in the order of sensitivity per gain, a seed each
 * - `vip-vgg-random-0` …: groups of the same size in random order
 * - `vip-pruned-0` …: of a model that has been pruned before, as it stands (what came in is pruning alone)
 *
 * `--data` (needed: cifar10:DIR), `--vgg`, `--resnet`, `--pruned` (ONNX files; at least one), `--pruned-of` (resnet: the
 * model that `--pruned` was), `--seeds` (3), `--group-size` (vgg 3, resnet 11), `--on` (accelerator:edge-int8: what is to
 * be saved), `--accelerator` (edge-int8: whose latency and energy are told beside the measured), `--normalize` (imagenet), `--epochs`, `--share`, `--images`, `--batch`, `--learning-rate`, `--precision` as in
 * `tandem pool`, `--only` (experiments whose name starts so), `--docs` (where `data` and `images` go).
 *
 * `--part layers`: what pooling each convolution alone saves of the MACs (ours) and of the latency measured in
 * onnxruntime (theirs), of VGG-16 at 224 × 224 or of `--model`; to `docs/data/vip-layers-NETWORK.csv`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { part, only = '', docs = join(packageRoot, 'docs') } = options
  if (part === 'layers') return layers(options, docs)
  if (part !== undefined) throw new RangeError(`--part takes layers, got "${part}"`)
  const experiments = experimentsOf(options)
  const finished = () => experiments.filter(({ name }) => isDone(name))
  const priced = acceleratorCostModel(readAccelerator(options['accelerator'] ?? 'edge-int8'), readPeModel())
  const calls = experiments.filter(({ name }) => name.startsWith(only))
  await performAll(calls, options, () => write(finished(), priced, docs))
  return { name: 'vip', rows: rowsOf(finished().flatMap(linesOf)) }
}

function experimentsOf(options: BenchOptions): readonly Experiment[] {
  const {
    data,
    on = 'accelerator:edge-int8',
    normalize = 'imagenet',
    'pruned-of': origin = 'resnet',
  } = options
  const models = ['vgg', 'resnet', 'pruned'].filter(model => options[model] !== undefined)
  if (data === undefined || models.length === 0)
    throw new RangeError('--data cifar10:DIR and one of --vgg, --resnet and --pruned MODEL.onnx are needed')
  const given = passed(options, ['epochs', 'share', 'images', 'batch', 'learning-rate', 'precision'])
  const seeds = Array.from({ length: integerOption(options, 'seeds', 3) }, (_, seed) => seed)
  return models.flatMap(model => {
    const kind = model === 'pruned' ? origin : model
    const groupSize = integerOption(options, 'group-size', GROUP_SIZES[kind] ?? 3)
    const experiment = (order: string, seed: number): Experiment => ({
      name: `vip-${model}${order === 'random' ? '-random' : ''}-${seed}`,
      ...{ model: kind, order: model === 'pruned' ? 'pruned before' : order, seed },
      file: options[model]!,
      args: [
        ...['pool', options[model]!, '--data', data, '--normalize', normalize, '--on', on],
        ...['--order', order, '--group-size', String(groupSize), '--seed', String(seed), ...given],
      ],
    })
    const orders = model === 'pruned' ? ['sensitivity'] : ['sensitivity', 'random']
    return orders.flatMap(order => seeds.map(seed => experiment(order, seed)))
  })
}

interface Measured {
  readonly measured: readonly { readonly batch: number; readonly latencyMs: number }[]
}

/** What a run tells of itself besides its result. */
interface Account {
  readonly incoming: Measured
  readonly rounds: readonly (Measured & { readonly layers: readonly string[]; readonly before: number })[]
}

/** A round of a run, or what came in as round 0. */
interface Line {
  readonly experiment: Experiment
  readonly round: number
  readonly layers: readonly string[]
  readonly solution: Solution
  readonly incoming: Solution
  /** ms of one image and of a batch of 32, and the same of what came in. */
  readonly ms: readonly number[]
  readonly incomingMs: readonly number[]
  /** Held-out accuracy before the round was trained. */
  readonly before: number
}

function linesOf(experiment: Experiment): readonly Line[] {
  const { solutions, baselines } = resultOf(experiment.name)
  const file = join(openRun(undefined, experiment.name).folder, 'pooling.json')
  const { incoming, rounds } = JSON.parse(readFileSync(file, 'utf8')) as Account
  const msOf = ({ measured }: Measured) => measured.map(({ latencyMs }) => latencyMs)
  const common = { experiment, incoming: baselines[0]!, incomingMs: msOf(incoming) }
  const first: Line = {
    ...{ ...common, round: 0, layers: [], solution: baselines[0]!, ms: msOf(incoming) },
    before: baselines[0]!.accuracy!.validation!,
  }
  return [
    first,
    ...rounds.map((each, i): Line => {
      const { layers, before } = each
      return { ...common, round: i + 1, layers, solution: solutions[i]!, ms: msOf(each), before }
    }),
  ]
}

const COLUMNS = [
  ...['run', 'model', 'order', 'seed', 'round', 'pools', 'macs', 'macs_ratio', 'ms_1', 'speedup_1'],
  ...['ms_32', 'speedup_32', 'accelerator_ms', 'accelerator_mj', 'held_out_pooled', 'held_out', 'test'],
]

function cellsOf(line: Line, on: Cost): readonly (string | number)[] {
  const { experiment, round, layers, solution, incoming, ms, incomingMs, before } = line
  const { cost, accuracy } = solution
  const short = (value: number | undefined) => (value === undefined ? '' : Number(value.toPrecision(5)))
  return [
    ...[experiment.name, experiment.model, experiment.order, experiment.seed, round, layers.join(' ')],
    ...[cost.macs!, short(incoming.cost.macs! / cost.macs!)],
    ...ms.flatMap((value, i) => [short(value), short(incomingMs[i]! / value)]),
    ...[on.latencyMs, on.energyMj, before, accuracy!.validation, accuracy!.test].map(short),
  ]
}

/** What the accelerator says of the network of a line. */
function costOf({ experiment: { name, file }, solution: { files } }: Line, on: CostModel): Promise<Cost> {
  const written = files && join(openRun(undefined, name).folder, files.network!)
  return on.estimate(readOnnx(written ?? file))
}

async function write(done: readonly Experiment[], on: CostModel, docs: string): Promise<void> {
  const lines = done.flatMap(linesOf)
  const costs = await Promise.all(lines.map(line => costOf(line, on)))
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const cells = lines.map((line, i) => cellsOf(line, costs[i]!))
  writeFileSync(join(docs, 'data', 'vip.csv'), csv(COLUMNS, cells))
  const figure = { title: 'Virtual pooling, round by round', spec: chart(lines) }
  writeFileSync(join(docs, 'images', 'vip.svg'), standalone(await drawFigure(figure, 'vip')))
}

/** Test accuracy against measured latency by order: a curve for each run, a panel for each model. */
const chart = (lines: readonly Line[]) => ({
  facet: { column: { field: 'model', type: 'nominal', title: null } },
  data: {
    values: lines.map(({ experiment: { name, model, order }, round, solution, ms }) => ({
      ...{ run: name, model, order, round, latency: ms[0]!, accuracy: solution.accuracy!.test! },
    })),
  },
  resolve: { scale: { x: 'independent', y: 'independent' } },
  spec: {
    width: 300,
    height: 260,
    mark: { type: 'line', point: true },
    encoding: {
      ...accuracyAgainst({ field: 'latency', title: 'latency of one image in onnxruntime, ms' }, 'test'),
      color: { field: 'order', type: 'nominal', title: null },
      detail: { field: 'run' },
      order: { field: 'round', type: 'quantitative' },
    },
  },
})

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Round by round: the order of sensitivity (ours) against random order, and a pruned model against what came in. */
function rowsOf(lines: readonly Line[]): readonly BenchRow[] {
  const models = [...new Set(lines.map(({ experiment }) => experiment.model))]
  const rounds = [...new Set(lines.map(({ round }) => round))]
    .filter(round => round > 0)
    .sort((a, b) => a - b)
  const testOf = ({ solution }: Line) => solution.accuracy!.test!
  return models.flatMap(model =>
    rounds.flatMap(round => {
      const at = (order: string) =>
        lines.filter(line => {
          const { experiment } = line
          return experiment.model === model && experiment.order === order && line.round === round
        })
      const [ours, random, pruned] = ['sensitivity', 'random', 'pruned before'].map(at) as [
        Line[],
        Line[],
        Line[],
      ]
      const name = `${model}, round ${round}`
      const seeds = `means of ${ours.length} and ${random.length} seeds`
      return [
        ...(ours.length > 0 && random.length > 0
          ? [
              row(
                `${name}: test accuracy, by sensitivity and at random, ${seeds}`,
                mean(ours.map(testOf)),
                mean(random.map(testOf)),
              ),
              row(
                `${name}: ms of one image, by sensitivity and at random`,
                mean(ours.map(({ ms }) => ms[0]!)),
                mean(random.map(({ ms }) => ms[0]!)),
              ),
            ]
          : []),
        ...(pruned.length > 0
          ? [
              row(
                `${name}, pruned before: test accuracy, pooled and as it came in`,
                mean(pruned.map(testOf)),
                mean(pruned.map(({ incoming }) => incoming.accuracy!.test!)),
              ),
            ]
          : []),
      ]
    }),
  )
}
