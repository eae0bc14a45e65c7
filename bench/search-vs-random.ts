import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { accuracyAgainst, csv, drawFigure, type Solution, standalone } from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, median, row } from './bench.js'
import { passed, targetOf } from './sides/search-target.js'
import { isDone, performAll, resultOf, secondsOf } from './sides/tandem-run.js'

/** A trained network of one of the runs. */
interface Line {
  readonly run: string
  readonly seed: number
  readonly solution: Solution
}

/**
 * Searches with several seeds at one latency target against random networks of equal latency (within 3 %) and the
 * uniform networks within it, all trained alike: ours is the found network, theirs the others. The run of the last
 * seed trains the others beside its own. Runs are named `NAME-SEED`, resumed where they are unfinished and read where they are
 * done; after each, what all of them came to goes to `docs/data/search-vs-random.csv` and to a figure of that name.
 *
 * `--data` (needed: cifar10:DIR), `--target` (0.5: share of the way from the cheapest network to the largest), `--seeds`
 * (3), `--baselines` (8), `--space` (cifar10-mbconv), `--on` (table:xeon-cifar10-mbconv), `--name` (versus),
 * `--epochs`, `--warmup`, `--train-epochs`, `--share`, `--batch`, `--learning-rate`, `--precision` as in `tandem search`,
 * `--docs` (where `data` and `images` go).
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, name = 'versus', docs = join(packageRoot, 'docs') } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const { bound, where } = targetOf(options)
  const seeds = Array.from({ length: integerOption(options, 'seeds', 3) }, (_, seed) => seed)
  const given = passed(options, [
    ...['epochs', 'warmup', 'train-epochs', 'share', 'batch', 'learning-rate', 'precision'],
  ])
  const calls = seeds.map(seed => {
    const others =
      seed === seeds.at(-1) ? ['--baselines', String(integerOption(options, 'baselines', 8))] : []
    const args = ['search', ...where, '--data', data, '--seed', String(seed), ...given, ...others]
    return { name: `${name}-${seed}`, args }
  })
  await performAll(calls, options, () => write(linesOf(name, seeds), bound, docs))
  return { name: 'search-vs-random', rows: rowsOf(name, linesOf(name, seeds)) }
}

const linesOf = (name: string, seeds: readonly number[]): readonly Line[] =>
  seeds.flatMap(seed => {
    const run = `${name}-${seed}`
    if (!isDone(run)) return []
    const { solutions, baselines } = resultOf(run)
    return [...solutions, ...baselines].map(solution => ({ run, seed, solution }))
  })

const kindOf = ({ solution: { name } }: Line) => name.split('-')[0]!
const testOf = ({ solution }: Line) => solution.accuracy!.test!
const heldOutOf = ({ solution }: Line) => solution.accuracy!.validation!
const latencyOf = ({ solution }: Line) => solution.cost.latencyMs!
const best = (lines: readonly Line[]) => lines.reduce((a, b) => (testOf(b) > testOf(a) ? b : a))
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Standard deviation of a sample; 0 of a single value. */
const spread = (values: readonly number[]) =>
  Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / Math.max(1, values.length - 1),
  )

function rowsOf(name: string, lines: readonly Line[]): readonly BenchRow[] {
  const [found, random, uniform] = ['found', 'random', 'uniform'].map(kind =>
    lines.filter(line => kindOf(line) === kind),
  ) as [Line[], Line[], Line[]]
  const against = (
    what: string,
    value: (line: Line) => number,
    [theirs, others]: readonly [string, number],
  ): BenchRow[] => {
    const values = found.map(value)
    const all = `mean of ${found.length} seeds, ± ${spread(values).toPrecision(2)}`
    return [
      ...found.map(line => row(`seed ${line.seed}, ${theirs}: ${what}`, value(line), others)),
      row(`${all}, ${theirs}: ${what}`, mean(values), others),
    ]
  }
  const groups = [
    { kind: 'random', group: random },
    { kind: 'uniform', group: uniform },
  ].filter(({ group }) => group.length > 0)
  return [
    ...groups.flatMap(({ kind, group }) => [
      ...against('test accuracy', testOf, [`median of ${group.length} ${kind}`, median(group.map(testOf))]),
      ...against('test accuracy', testOf, [`best of ${group.length} ${kind}`, testOf(best(group))]),
      ...against('held-out accuracy', heldOutOf, [
        `median of ${group.length} ${kind}`,
        median(group.map(heldOutOf)),
      ]),
      row(
        `latency, ms: mean of found, mean of ${kind}`,
        mean(found.map(latencyOf)),
        mean(group.map(latencyOf)),
      ),
    ]),
    ...found.map(({ seed }) => {
      const { search, training } = phasesOf(`${name}-${seed}`)
      return row(`seed ${seed}, s: search, one training of the found network`, search, training)
    }),
  ]
}

/** Seconds of the supernet's epochs, and of those of the found network. */
const phasesOf = (run: string) => ({
  search: secondsOf(run, entry => 'crossEntropy' in entry),
  training: secondsOf(run, ({ network }) => network === 'found'),
})

const COLUMNS = [
  ...['run', 'seed', 'network', 'latency_ms', 'of_target', 'measured_ms', 'macs', 'params'],
  ...['held_out', 'test', 'search_seconds', 'training_seconds'],
]

function cellsOf(line: Line, bound: number): readonly (string | number)[] {
  const { run, seed, solution } = line
  const { cost, measured } = solution
  const short = (value: number) => Number(value.toPrecision(5))
  const { search, training } = phasesOf(run)
  return [
    ...[run, seed, solution.name, ...[latencyOf(line), latencyOf(line) / bound].map(short)],
    ...[measured?.latencyMs === undefined ? '' : short(measured.latencyMs), cost.macs!, cost.params!],
    ...[heldOutOf(line), testOf(line)].map(short),
    ...(kindOf(line) === 'found' ? [search, training].map(short) : ['', '']),
  ]
}

async function write(lines: readonly Line[], bound: number, docs: string): Promise<void> {
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const cells = lines.map(line => cellsOf(line, bound))
  writeFileSync(join(docs, 'data', 'search-vs-random.csv'), csv(COLUMNS, cells))
  const figure = { title: 'Found networks and random ones of equal latency', spec: chart(lines, bound) }
  writeFileSync(
    join(docs, 'images', 'search-vs-random.svg'),
    standalone(await drawFigure(figure, 'search-vs-random')),
  )
}

/** Test accuracy against latency by kind of network, with the target and the median of the random networks. */
function chart(lines: readonly Line[], bound: number) {
  const points = lines.map(line => {
    const kind = kindOf(line)
    const networks = kind === 'found' ? 'found, a seed each' : kind
    return { networks, network: line.solution.name, latency: latencyOf(line), accuracy: testOf(line) }
  })
  const random = lines.filter(line => kindOf(line) === 'random')
  const rule = (values: object, channel: object) => ({
    data: { values: [values] },
    mark: { type: 'rule', strokeDash: [4, 4], color: '#888888' },
    encoding: channel,
  })
  return {
    layer: [
      rule({ latency: bound }, { x: { field: 'latency', type: 'quantitative' } }),
      ...(random.length > 0
        ? [rule({ accuracy: median(random.map(testOf)) }, { y: { field: 'accuracy', type: 'quantitative' } })]
        : []),
      {
        data: { values: points },
        mark: { type: 'point', size: 90, opacity: 0.8 },
        encoding: {
          ...accuracyAgainst(
            {
              field: 'latency',
              title: 'latency by the table, ms (dashed: the target, and the median of the random networks)',
            },
            'test',
          ),
          color: { field: 'networks', type: 'nominal', title: null },
        },
      },
    ],
  }
}
