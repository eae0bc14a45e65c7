import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import {
  accuracyAgainst,
  csv,
  drawFigure,
  openRun,
  readJournal,
  type Solution,
  standalone,
} from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, integerOption, row } from './bench.js'
import { passed, targetOf } from './sides/search-target.js'
import { isDone, performAll, resultOf } from './sides/tandem-run.js'

/** A search by one supernet at a target. */
interface Search {
  readonly name: string
  /** Of the way from the cheapest network to the largest. */
  readonly share: string
  /** ms. */
  readonly bound: number
  readonly args: readonly string[]
}

/**
 * One supernet asked for networks at several latency targets: by each, networks within it are scored with the weights they share, and the
 * best is trained from scratch, with `--baselines` random ones of equal latency where they are asked for. Ours is the
 * test accuracy of what was found, theirs the one-shot score by which it was. Runs are named `NAME-SHARE`, resumed where they are unfinished and read where
 * they are done; after each, what all came to goes to `docs/data/search-targets.csv` and to a figure of that name.
 *
 * `--data` (needed: cifar10:DIR), `--supernet` (needed: a one-shot search, its folder or file), `--targets` (0.35,0.7: shares of the way from the cheapest network to
 * the largest), `--space`, `--on` as in `search-vs-random`, `--candidates`, `--generations`, `--train-epochs`, `--batch`,
 * `--baselines` (none), `--precision` as in `tandem search`, `--name` (targets), `--docs`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { docs = join(packageRoot, 'docs') } = options
  const searches = searchesOf(options)
  const done = () => searches.filter(({ name }) => isDone(name))
  await performAll(searches, options, () => write(done(), docs))
  return {
    name: 'search-targets',
    rows: done().map(search => {
      const [found] = resultOf(search.name).solutions
      return row(
        `${search.bound} ms: test accuracy when trained, score by shared weights`,
        found!.accuracy!.test!,
        scoreOf(search),
      )
    }),
  }
}

function searchesOf(options: BenchOptions): readonly Search[] {
  const { data, supernet, name = 'targets', targets = '0.35,0.7' } = options
  if (data === undefined || supernet === undefined)
    throw new RangeError('--data cifar10:DIR and --supernet RUN are needed')
  const given = passed(options, [...['candidates', 'generations', 'train-epochs', 'batch', 'precision']])
  const others = options['baselines'] && ['--baselines', String(integerOption(options, 'baselines', 1))]
  return targets.split(',').map(share => {
    const { bound, where } = targetOf({ ...options, target: share })
    const args = [
      'search',
      '--method',
      'one-shot',
      '--supernet',
      supernet,
      ...where,
      '--data',
      data,
      ...given,
    ]
    return { name: `${name}-${share}`, share, bound, args: [...args, ...(others || [])] }
  })
}

/** Accuracy with shared weights of the network that was found. */
function scoreOf({ name }: Search): number {
  const entries = readJournal(openRun(undefined, name)).map(({ entry }) => entry)
  const decided = entries.find(entry => 'decided' in entry)!['decided'] as readonly string[]
  const scored = entries.filter(entry => 'scored' in entry)
  return scored.find(entry => String(entry['scored']) === String(decided))!['accuracy'] as number
}

const networksOf = ({ name }: Search): readonly Solution[] => {
  const { solutions, baselines } = resultOf(name)
  return [...solutions, ...baselines]
}

const COLUMNS = [
  ...['run', 'target_ms', 'network', 'latency_ms', 'of_target', 'measured_ms', 'macs', 'params'],
  ...['score', 'held_out', 'test'],
]

async function write(done: readonly Search[], docs: string): Promise<void> {
  const short = (value: number | undefined) => (value === undefined ? '' : Number(value.toPrecision(5)))
  const lines = done.flatMap(search =>
    networksOf(search).map(({ name, cost, accuracy, measured }) => [
      ...[search.name, search.bound, name, short(cost.latencyMs), short(cost.latencyMs! / search.bound)],
      ...[short(measured?.latencyMs), cost.macs!, cost.params!],
      ...[name === 'found' ? scoreOf(search) : '', short(accuracy!.validation), short(accuracy!.test)],
    ]),
  )
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  writeFileSync(join(docs, 'data', 'search-targets.csv'), csv(COLUMNS, lines))
  const figure = { title: 'Networks found by one supernet at several targets', spec: chart(done) }
  writeFileSync(
    join(docs, 'images', 'search-targets.svg'),
    standalone(await drawFigure(figure, 'search-targets')),
  )
}

/** Test accuracy against latency, with the targets as rules. */
const chart = (done: readonly Search[]) => ({
  layer: [
    {
      data: { values: done.map(({ bound }) => ({ target: bound })) },
      mark: { type: 'rule', strokeDash: [4, 4], color: '#888888' },
      encoding: { x: { field: 'target', type: 'quantitative', scale: { zero: false, padding: 20 } } },
    },
    {
      data: {
        values: done.flatMap(search =>
          networksOf(search).map(({ name, cost, accuracy }) => ({
            ...{ network: name, networks: name.split('-')[0], target: search.bound },
            ...{ latency: cost.latencyMs, accuracy: accuracy!.test },
          })),
        ),
      },
      mark: { type: 'point', size: 90 },
      encoding: {
        ...accuracyAgainst(
          { field: 'latency', title: 'latency by the table, ms (dashed: the targets asked)' },
          'test',
        ),
        color: { field: 'networks', type: 'nominal', title: null },
      },
    },
  ],
})
