import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTable } from '../src/cost/index.js'
import { packageRoot } from '../src/package-root.js'
import { accuracyAgainst, drawFigure, openRun, readJournal, standalone } from '../src/runs/index.js'
import { cheapest, exactPrice, largest, latencyPrice, readSpace } from '../src/search/index.js'
import { type BenchOptions, type BenchResult, row } from './bench.js'
import { perform, resultOf } from './sides/tandem-run.js'

/** Share of the way from the cheapest to the largest network, and the seed. */
const CASES = [
  [0.5, 0],
  [0.35, 0],
  [0.7, 0],
  [0.5, 1],
  [0.5, 2],
] as const

const SPACE = 'cifar10-mbconv'

/**
 * Searches at several latency targets: achieved latency (ours) against the target asked (theirs), in ms. Each case is a
 * run named `targets-<share>-<seed>` that is resumed where it is unfinished and read where it is done. What every run
 * came to goes to `docs/data/search-targets.csv`.
 * `--data` (needed: cifar10:DIR), `--table`, `--epochs`, `--train-epochs`, `--share`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, table: file = 'xeon-cifar10-mbconv' } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const space = readSpace(SPACE)
  const table = readTable(file)
  const price = latencyPrice(space, table)
  const [from, to] = [cheapest(space, price), largest(space)].map(each => exactPrice(price, space, each)) as [
    number,
    number,
  ]
  const lines = [COLUMNS.join(',')]
  const points: { network: string; latency: number; accuracy: number; target: number }[] = []
  const rows = CASES.map(([share, seed]) => {
    const target = Number((from + share * (to - from)).toPrecision(4))
    const name = `targets-${share}-${seed}`
    const baseline = share === 0.5 && seed === 0 ? ['--baseline', 'largest'] : []
    const flags = ['epochs', 'train-epochs', 'share'].flatMap(flag => {
      const value = options[flag]
      return value === undefined ? [] : [`--${flag}`, value]
    })
    perform(name, [
      ...[
        'search',
        '--space',
        SPACE,
        '--data',
        data,
        '--on',
        `table:${file}`,
        '--constraint',
        `latency<=${target}ms`,
      ],
      ...['--seed', String(seed), ...flags, ...baseline],
    ])
    const result = resultOf(name)
    for (const solution of [...result.solutions, ...result.baselines]) {
      const { cost, accuracy, measured } = solution
      const network = solution.name === 'found' ? `found, ${100 * share} %` : solution.name
      points.push({ network, latency: cost.latencyMs!, accuracy: accuracy!.test!, target })
      lines.push(
        [
          ...[
            solution.name,
            share,
            seed,
            target,
            cost.latencyMs,
            cost.latencyMs! / target,
            measured?.latencyMs,
          ],
          ...[cost.macs, cost.params, accuracy?.validation, accuracy?.test, ...secondsOf(name)],
        ].join(','),
      )
    }
    return row(
      `${100 * share} % of the range, seed ${seed}: latency, ms`,
      result.solutions[0]!.cost.latencyMs!,
      target,
    )
  })
  const docs = join(packageRoot, 'docs')
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  writeFileSync(join(docs, 'data', 'search-targets.csv'), `${lines.join('\n')}\n`)
  const figure = await drawFigure(
    { title: 'Searches at three latency targets', spec: chart(points) },
    'targets',
  )
  writeFileSync(join(docs, 'images', 'search-targets.svg'), standalone(figure))
  return { name: 'search-targets', rows }
}

/** Test accuracy against latency, with the targets as rules. */
const chart = (points: readonly Readonly<Record<string, string | number>>[]) => ({
  layer: [
    {
      data: { values: points.filter(({ network }) => network !== 'largest') },
      mark: { type: 'rule', strokeDash: [4, 4], color: '#888888' },
      encoding: { x: { field: 'target', type: 'quantitative', scale: { zero: false, padding: 20 } } },
    },
    {
      data: { values: points },
      mark: { type: 'point', size: 90 },
      encoding: {
        ...accuracyAgainst(
          { field: 'latency', title: 'latency by the table, ms (dashed: the targets asked)' },
          'test',
        ),
        color: { field: 'network', type: 'nominal', title: null },
      },
    },
  ],
})

const COLUMNS = [
  ...['network', 'share', 'seed', 'target_ms', 'latency_ms', 'of_target', 'measured_ms'],
  ...['macs', 'params', 'validation', 'test', 'search_seconds', 'all_seconds'],
]

/** Seconds from the start to the decision, and to the last network trained. */
function secondsOf(name: string): [number, number] {
  const opened = openRun(undefined, name)
  const journal = readJournal(opened)
  const began = Date.parse(opened.started)
  const decided = journal.find(({ entry }) => 'decided' in entry)
  const since = (at: string) => Math.round((Date.parse(at) - began) / 1000)
  return [since(decided!.at), since(journal.at(-1)!.at)]
}
