import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { csv, drawFigure, type Solution, standalone } from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, row } from './bench.js'
import { passed } from './sides/search-target.js'
import { isDone, performAll, resultOf } from './sides/tandem-run.js'

/** One call of `tandem`, that trains one network or several alike. */
interface Experiment {
  readonly name: string
  readonly seed: number
  /** Of networks of signs: what they differ in. */
  readonly signs?: Signs
  readonly args: readonly string[]
}

interface Signs {
  readonly network: string
  readonly loss: 'paper' | 'none'
  readonly optimizer: string
  readonly learningRate: number
}

/** Averages of terms that FLightNN is asked for. */
const TERMS = [1.6, 1.4, 1.2]

/** Learning rates of each optimizer, the default of Adam first. */
const RATES: readonly (readonly [string, readonly number[]])[] = [
  ['adam', [0.01, 0.001]],
  ['sgd', [0.1, 0.01]],
  ['rmsprop', [0.001, 0.0001]],
]

/**
 * Quantization by every scheme, trained alike: each experiment is a run of `tandem` that is resumed where it is
 * unfinished and read where it is done. After each, what all came to goes to `docs/data/quantize.csv` and
 * `docs/data/quantize-signs.csv`.
 *
 * - `quantize-0` …: a trained model (`--model`) by all schemes, FLightNN at three bounds, a seed each
 * - `float-0` …: the same model trained as long in floating point
 * - `signs-vgg-small…-paper-adam-0.01-0` …: networks of signs from scratch, with the distribution loss and without, by
 *   three optimizers at two learning rates, and by the default with `--seeds`
 *
 * `--data` (needed: cifar10:DIR), `--model` (resnet20_cifar10.onnx; without it signs alone), `--seeds` (3), `--epochs` (2),
 * `--signs-epochs` (5; 0 leaves them out), `--share` (1), `--signs-networks` (vgg-small:0.25,resnet20), `--on`
 * (accelerator:edge-int8), `--normalize` (imagenet), `--batch`, `--precision`, `--only` (experiments whose name starts so), `--docs`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { only = '', docs = join(packageRoot, 'docs') } = options
  const experiments = experimentsOf(options)
  const done = () => experiments.filter(({ name }) => isDone(name))
  const calls = experiments.filter(({ name }) => name.startsWith(only))
  await performAll(calls, options, () => write(done(), docs))
  return { name: 'quantize', rows: [...schemeRows(done()), ...signsRows(done())] }
}

function experimentsOf(options: BenchOptions): readonly Experiment[] {
  const { data, model, normalize = 'imagenet', on = 'accelerator:edge-int8' } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const seeds = Array.from({ length: integerOption(options, 'seeds', 3) }, (_, seed) => seed)
  const given = ['--data', data, '--normalize', normalize, ...passed(options, ['share', 'precision'])]
  const epochs = ['--epochs', options['epochs'] ?? '2']
  const ofModel = (seed: number): readonly Experiment[] => {
    const common = [model!, ...given, ...epochs, '--seed', String(seed)]
    const bounds = TERMS.flatMap(terms => ['--constraint', `terms<=${terms}`])
    return [
      {
        ...{ name: `quantize-${seed}`, seed },
        args: [
          'quantize',
          ...common,
          '--scheme',
          'all',
          ...bounds,
          '--on',
          on,
          ...passed(options, ['batch']),
        ],
      },
      {
        ...{ name: `float-${seed}`, seed },
        // A budget that nothing has to go for: the network is trained with the plan of the others.
        args: ['prune', ...common, '--criterion', 'uniform', '--budget', 'macs<=100%'],
      },
    ]
  }
  const signsEpochs = options['signs-epochs'] ?? '5'
  const ofSigns = (signs: Signs, seed: number): Experiment => ({
    ...{ name: `signs-${Object.values(signs).join('-').replace(':', '-')}-${seed}`, seed, signs },
    args: [
      ...['quantize', signs.network, ...given, '--scheme', 'binary', '--epochs', signsEpochs],
      ...['--distribution-loss', signs.loss, '--optimizer', signs.optimizer],
      ...[
        '--learning-rate',
        String(signs.learningRate),
        '--seed',
        String(seed),
        ...passed(options, ['batch']),
      ],
    ],
  })
  const networks = (options['signs-networks'] ?? 'vgg-small:0.25,resnet20').split(',')
  const signs = networks.flatMap(network =>
    RATES.flatMap(([optimizer, rates], o) =>
      rates.flatMap((learningRate, r) =>
        (['paper', 'none'] as const).flatMap(loss => {
          const own = o + r === 0 ? seeds : seeds.slice(0, 1)
          return own.map(seed => ofSigns({ network, loss, optimizer, learningRate }, seed))
        }),
      ),
    ),
  )
  return [...(model === undefined ? [] : seeds.flatMap(ofModel)), ...(signsEpochs === '0' ? [] : signs)]
}

/** A network that came of an experiment. */
interface Line {
  readonly experiment: Experiment
  readonly name: string
  readonly solution: Solution
}

const linesOf = (experiment: Experiment): readonly Line[] => {
  const { solutions, baselines } = resultOf(experiment.name)
  if (experiment.name.startsWith('float'))
    return solutions.map(solution => ({ experiment, name: 'float trained', solution }))
  const incoming = baselines.map(solution => ({ experiment, name: 'float as it came', solution }))
  return [...incoming, ...solutions.map(solution => ({ experiment, name: solution.name, solution }))]
}

const COLUMNS = ['run', 'seed', 'scheme', 'terms', 'latency_ms', 'energy_mj', 'area_mm2', 'held_out', 'test']
const SIGNS_COLUMNS = ['run', 'seed', 'network', 'loss', 'optimizer', 'learning_rate', 'held_out', 'test']

async function write(done: readonly Experiment[], docs: string): Promise<void> {
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const lines = done.flatMap(linesOf)
  const schemes = lines.filter(({ experiment }) => experiment.signs === undefined)
  const put = (file: string, columns: readonly string[], rows: readonly (readonly Cell[])[]) => {
    if (rows.length > 0) writeFileSync(join(docs, 'data', file), csv(columns, rows))
  }
  const short = (value: number | undefined) => (value === undefined ? '' : Number(value.toPrecision(5)))
  put(
    'quantize.csv',
    COLUMNS,
    schemes.map(({ experiment: { name: run, seed }, name, solution: { cost, accuracy } }) => [
      ...[run, seed, name],
      ...[cost.terms, cost.latencyMs, cost.energyMj, cost.areaMm2].map(short),
      ...[accuracy?.validation, accuracy?.test].map(short),
    ]),
  )
  put(
    'quantize-signs.csv',
    SIGNS_COLUMNS,
    lines.flatMap(({ experiment: { name: run, seed, signs }, solution: { accuracy } }) =>
      signs
        ? [[run, seed, ...Object.values(signs), ...[accuracy?.validation, accuracy?.test].map(short)]]
        : [],
    ),
  )
  if (schemes.length === 0) return
  const figure = { title: 'Error against energy, by scheme', spec: chart(schemes) }
  writeFileSync(join(docs, 'images', 'quantize.svg'), standalone(await drawFigure(figure, 'quantize')))
}

type Cell = string | number

/** Test error against energy, a point for each seed, a panel for what the points share. */
const chart = (lines: readonly Line[]) => ({
  data: {
    values: lines.flatMap(({ name, solution: { cost, accuracy } }) =>
      cost.energyMj === undefined ? [] : { scheme: name, energy: cost.energyMj, error: 1 - accuracy!.test! },
    ),
  },
  width: 460,
  height: 300,
  mark: 'point',
  encoding: {
    x: { field: 'energy', type: 'quantitative', title: 'energy, mJ', scale: { type: 'log' } },
    y: {
      field: 'error',
      type: 'quantitative',
      title: 'error on test images',
      axis: { format: '.1%' },
      scale: { zero: false },
    },
    color: { field: 'scheme', type: 'nominal', sort: null },
  },
})

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const testOf = ({ solution }: Line) => solution.accuracy!.test!

/** Mean test accuracy of every scheme (ours) against the float network trained as long (theirs). */
function schemeRows(done: readonly Experiment[]): readonly BenchRow[] {
  const lines = done.filter(({ signs }) => signs === undefined).flatMap(linesOf)
  const float = lines.filter(({ name }) => name === 'float trained')
  if (float.length === 0) return []
  const names = [...new Set(lines.map(({ name }) => name))].filter(name => !name.startsWith('float'))
  return names.map(name =>
    row(
      `${name}: mean test accuracy, beside float trained as long`,
      mean(lines.filter(line => line.name === name).map(testOf)),
      mean(float.map(testOf)),
    ),
  )
}

/** Mean test accuracy of signs with the distribution loss (ours) against without (theirs). */
function signsRows(done: readonly Experiment[]): readonly BenchRow[] {
  const lines = done.flatMap(experiment => (experiment.signs ? linesOf(experiment) : []))
  const of = ({ network, optimizer, learningRate }: Signs) => `${network}, ${optimizer} ${learningRate}`
  const cases = [...new Set(lines.map(({ experiment }) => of(experiment.signs!)))]
  return cases.flatMap(name => {
    const by = (loss: Signs['loss']) =>
      lines.filter(({ experiment: { signs } }) => of(signs!) === name && signs!.loss === loss).map(testOf)
    const [ours, theirs] = [by('paper'), by('none')]
    if (ours.length === 0 || theirs.length === 0) return []
    return [
      row(`${name}: mean test accuracy with the distribution loss, and without`, mean(ours), mean(theirs)),
    ]
  })
}
