import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import {
  csv,
  drawFigure,
  type JournalLine,
  openRun,
  readJournal,
  readResult,
  runsRoot,
  type Solution,
  standalone,
} from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, row } from './bench.js'
import { isDone, performAll, resultOf } from './sides/tandem-run.js'

/** One call of `tandem prune`; `args` may look into the run that it comes `after`. */
interface Experiment {
  readonly name: string
  readonly criterion: string
  readonly seed: number
  readonly after?: string
  readonly args: () => readonly string[]
}

const SHARES = [70, 50, 30]
const SEVEN = [80, 70, 60, 50, 40, 30, 20]
const macs = (shares: readonly number[]) => shares.flatMap(share => ['--budget', `macs<=${share}%`])

/**
 * LeGR beside other criteria on a trained ResNet-56: each experiment is a run of `tandem prune` that is resumed where
 * it is unfinished and read where it is done, so that the list can be worked through in any number of sittings. After
 * each, what all finished runs came to goes to `docs/data/legr.csv`.
 *
 * - `legr-0`, `l2-0`, `uniform-0`, `random-0`: 70, 50 and 30 % of the MACs, trained alike
 * - `legr-1`, `l2-1`, …: other seeds, at 50 %
 * - `legr-long`: the ranking of `legr-0` at 50 %, trained longer
 * - `seven-once`: seven budgets by the ranking of `legr-0`; with `--each yes` also `seven-each-80` …: a ranking for each
 * - `latency-learned`, `energy-learned`: rankings learned where an accelerator's latency or energy is that of
 *   `legr-0` at half of the MACs; `latency-equal`, `energy-equal`: those rankings at half of the MACs, trained alike
 *
 * `--model` and `--data` (needed: resnet56_cifar10.onnx, cifar10:DIR), `--epochs` (5), `--long-epochs` (20), `--seeds`
 * (3), `--share` (1), `--evaluations`, `--images`, `--precision`, `--round-to`, `--only` (experiments whose name starts so), `--docs` (where `data` and `images` go).
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { model, data, only = '', docs = join(packageRoot, 'docs') } = options
  if (model === undefined || data === undefined)
    throw new RangeError('--model resnet56_cifar10.onnx and --data cifar10:DIR are needed')
  const experiments = experimentsOf(options, model, data)
  const finished = () => experiments.filter(({ name }) => isDone(name))
  for (const { name, after, args } of experiments.filter(({ name }) => name.startsWith(only))) {
    if (!isDone(name)) {
      if (after !== undefined && !isDone(after))
        throw new RangeError(`${name} comes after ${after}: do that first`)
      await performAll([{ name, args: ['prune', ...args()] }], options)
    }
    await write(finished(), docs)
  }
  const done = finished()
  return { name: 'legr', rows: done.flatMap(accuracyRows).concat(timeRows()) }
}

function experimentsOf(options: BenchOptions, model: string, data: string): readonly Experiment[] {
  const epochs = ['--epochs', options['epochs'] ?? '5']
  const given = ['share', 'evaluations', 'images', 'precision', 'round-to'].flatMap(flag => {
    const value = options[flag]
    return value === undefined ? [] : [`--${flag}`, value]
  })
  const common = [model, '--data', data, '--normalize', 'imagenet', '--on', 'accelerator:edge-int8', ...given]
  const experiment = (
    name: string,
    criterion: string,
    args: () => readonly string[],
    { seed = 0, after }: { readonly seed?: number; readonly after?: string } = {},
  ): Experiment => ({
    ...{ name, criterion, seed },
    ...(after !== undefined && { after }),
    args: () => [...common, '--criterion', criterion, '--seed', String(seed), ...args()],
  })
  const rankingOf = (name: string) => ['--ranking', join(runsRoot(), name, 'ranking.json')]
  /** A bound on the accelerator: what `legr-0` has at half of the MACs. */
  const boundOf = (metric: 'latency' | 'energy') => {
    const { cost } = resultOf('legr-0').solutions.find(({ name }) => name === 'macs<=50%')!
    const [bound, unit] = metric === 'latency' ? [cost.latencyMs!, 'ms'] : [cost.energyMj!, 'mJ']
    return `${metric}<=${Number(bound.toPrecision(5))}${unit}`
  }
  const seeds = Array.from({ length: integerOption(options, 'seeds', 3) - 1 }, (_, i) => i + 1)
  return [
    ...['legr', 'l2', 'uniform', 'random'].map(criterion =>
      experiment(`${criterion}-0`, criterion, () => [...epochs, ...macs(SHARES)]),
    ),
    ...seeds.flatMap(seed =>
      ['legr', 'l2'].map(criterion =>
        experiment(`${criterion}-${seed}`, criterion, () => [...epochs, ...macs([50])], { seed }),
      ),
    ),
    experiment(
      'legr-long',
      'legr',
      () => ['--epochs', options['long-epochs'] ?? '20', ...macs([50]), ...rankingOf('legr-0')],
      { after: 'legr-0' },
    ),
    experiment('seven-once', 'legr', () => ['--epochs', '0', ...macs(SEVEN), ...rankingOf('legr-0')], {
      after: 'legr-0',
    }),
    ...(options['each'] === undefined ? [] : SEVEN).map(share =>
      experiment(`seven-each-${share}`, 'legr', () => ['--epochs', '0', ...macs([share])]),
    ),
    ...(['latency', 'energy'] as const).flatMap(metric => {
      const [learned, equal] = [`${metric}-learned`, `${metric}-equal`]
      return [
        experiment(learned, 'legr', () => ['--epochs', '0', '--budget', boundOf(metric)], {
          after: 'legr-0',
        }),
        experiment(equal, 'legr', () => [...epochs, ...macs([50]), ...rankingOf(learned)], {
          after: learned,
        }),
      ]
    }),
  ]
}

/** One pruned network of a run, with what it is compared with. */
interface Line {
  readonly experiment: Experiment
  readonly solution: Solution
  readonly incoming: Solution
  /** Accuracy on the held-out images before training. */
  readonly before: number
  readonly epochs: number
  /** From the run's start to the ranking's end, and from the cut's first evaluation to the end of its training. */
  readonly rankingSeconds: number
  readonly trainingSeconds: number
}

function linesOf(experiment: Experiment): readonly Line[] {
  const opened = openRun(undefined, experiment.name)
  const journal = readJournal(opened)
  const { solutions, baselines } = readResult(opened)!
  const { training } = opened.config as { training: { epochs: number } }
  const at = (line: JournalLine | undefined) => Date.parse(line?.at ?? opened.started) / 1000
  const first = journal.find(({ entry }) => 'incoming' in entry)
  const learned = journal.findLast(({ entry }) => 'diversity' in entry)
  return solutions.map(solution => {
    const own = journal.filter(({ entry }) => entry['network'] === solution.name)
    return {
      experiment,
      solution,
      incoming: baselines[0]!,
      before: own.find(({ entry }) => 'before' in entry)!.entry['before'] as number,
      epochs: training.epochs,
      rankingSeconds: learned === undefined ? 0 : at(learned) - at(first),
      trainingSeconds: at(own.at(-1)) - at(own[0]),
    }
  })
}

const COLUMNS = [
  ...['run', 'criterion', 'seed', 'budget', 'epochs', 'macs', 'macs_share', 'params_share', 'latency_ms'],
  ...[
    'energy_mj',
    'speedup_predicted',
    'measured_ms',
    'speedup_measured',
    'held_out_pruned',
    'held_out',
    'test',
  ],
  ...['drop_points', 'ranking_seconds', 'training_seconds'],
]

const dropOf = ({ incoming, solution }: Line) => 100 * (incoming.accuracy!.test! - solution.accuracy!.test!)

function cellsOf(line: Line): readonly (string | number)[] {
  const { experiment, solution, incoming, before, epochs, rankingSeconds, trainingSeconds } = line
  const { cost, measured, accuracy } = solution
  const short = (value: number) => Number(value.toPrecision(5))
  return [
    ...[experiment.name, experiment.criterion, experiment.seed, solution.name, epochs, cost.macs!],
    ...[cost.macs! / incoming.cost.macs!, cost.params! / incoming.cost.params!].map(short),
    ...[cost.latencyMs!, cost.energyMj!, incoming.cost.latencyMs! / cost.latencyMs!].map(short),
    ...[measured!.latencyMs!, incoming.measured!.latencyMs! / measured!.latencyMs!].map(short),
    ...[before, accuracy!.validation!, accuracy!.test!, dropOf(line)].map(short),
    ...[rankingSeconds, trainingSeconds].map(Math.round),
  ]
}

async function write(done: readonly Experiment[], docs: string): Promise<void> {
  const lines = done.flatMap(linesOf)
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  writeFileSync(join(docs, 'data', 'legr.csv'), csv(COLUMNS, lines.map(cellsOf)))
  const figure = await drawFigure({ title: 'ResNet-56 pruned by four criteria', spec: chart(lines) }, 'legr')
  writeFileSync(join(docs, 'images', 'legr.svg'), standalone(figure))
}

/** Test accuracy against the share of MACs, by criterion, and pruned networks before training on held-out images. */
function chart(lines: readonly Line[]) {
  const compared = lines.filter(({ experiment: { name } }) => /^(legr|l2|uniform|random)-\d+$/.test(name))
  const values = compared.flatMap(({ experiment: { criterion, seed }, solution, incoming, before }) => {
    const share = solution.cost.macs! / incoming.cost.macs!
    return [
      { criterion, seed, share, stage: 'before training (held-out images)', accuracy: before },
      { criterion, seed, share, stage: 'trained again (test images)', accuracy: solution.accuracy!.test! },
    ]
  })
  return {
    facet: { column: { field: 'stage', type: 'nominal', title: null } },
    data: { values },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 260,
      height: 260,
      mark: { type: 'point', size: 70 },
      encoding: {
        x: { field: 'share', type: 'quantitative', title: 'MACs left', axis: { format: '%' } },
        y: { field: 'accuracy', type: 'quantitative', axis: { format: '%' }, scale: { zero: false } },
        color: { field: 'criterion', type: 'nominal', title: null },
      },
    },
  }
}

const accuracyRows = (experiment: Experiment): readonly BenchRow[] =>
  linesOf(experiment).map(({ solution, incoming }) =>
    row(
      `${experiment.name}, ${solution.name}: test accuracy, pruned and incoming`,
      solution.accuracy!.test!,
      incoming.accuracy!.test!,
    ),
  )

/** What seven budgets cost by a ranking that is there, and by one for each where those were learned. */
function timeRows(): readonly BenchRow[] {
  const each = SEVEN.map(share => `seven-each-${share}`)
  if (![...each, 'seven-once'].every(isDone)) return []
  const seven = each.reduce((sum, name) => sum + resultOf(name).seconds, 0)
  return [
    row('seven budgets by a ranking at hand, and by one each, s', resultOf('seven-once').seconds, seven),
  ]
}
