import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { csv, openRun, readJournal } from '../src/runs/index.js'
import { chosenOf, type OuterSample } from '../src/search/index.js'
import { type BenchOptions, type BenchResult, integerOption, row } from './bench.js'
import { passed, type SearchTarget, targetOf } from './sides/search-target.js'
import { isDone, performAll, resultOf, secondsOf } from './sides/tandem-run.js'

/** A finished run: λ controlled within one search, or found by an outer search. */
interface Line {
  readonly run: string
  readonly solver: 'controlled' | 'outer'
  readonly seed: number
}

/**
 * Outer search (ours) against λ that is controlled within one search (theirs), at equal latency targets: time, latency
 * of the decisions alone and of the found network, accuracy. Runs are named `NAME-controlled-SEED` and
 * `NAME-outer-SEED`, resumed where they are unfinished and read where they are done; after each, what all of them came
 * to goes to `docs/data/outer-search.csv`.
 *
 * `--data` (needed: cifar10:DIR), `--target`, `--space`, `--on` as in `search-vs-random`, `--seeds` (1), `--samples`
 * (8), `--outer-epochs`, `--outer-warmup`, `--outer-stop`; `--epochs` and `--warmup` of the controlled search;
 * `--train-epochs`, `--share`, `--batch`, `--learning-rate`, `--precision` of both; `--name` (solver), `--docs`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, name = 'solver', docs = join(packageRoot, 'docs') } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const target = targetOf(options)
  const seeds = Array.from({ length: integerOption(options, 'seeds', 1) }, (_, seed) => seed)
  const lines = seeds.flatMap(seed =>
    (['controlled', 'outer'] as const).map(solver => ({ run: `${name}-${solver}-${seed}`, solver, seed })),
  )
  const solverOptions = {
    controlled: passed(options, ['epochs', 'warmup']),
    outer: [
      ...['--outer', String(integerOption(options, 'samples', 8))],
      ...passed(options, ['outer-epochs', 'outer-warmup', 'outer-stop']),
    ],
  }
  const common = [
    ...[...target.where, '--data', data],
    ...passed(options, ['train-epochs', 'share', 'batch', 'learning-rate', 'precision']),
  ]
  const calls = lines.map(({ run, solver, seed }) => ({
    name: run,
    args: ['search', ...common, '--seed', String(seed), ...solverOptions[solver]],
  }))
  await performAll(calls, options, () => write(lines.filter(isFinished), target, docs))
  return { name: 'outer-search', rows: seeds.flatMap(seed => rowsOf(lines, seed, target)) }
}

const isFinished = ({ run }: Line) => isDone(run)

/** What a run came to. */
function outcomeOf({ run, solver }: Line, { latency }: SearchTarget, bound: number) {
  const { solutions } = resultOf(run)
  const { cost, measured, accuracy } = solutions[0]!
  const journal = readJournal(openRun(undefined, run)).map(({ entry }) => entry)
  const tried = journal.filter(entry => (solver === 'outer' ? 'sample' in entry : 'crossEntropy' in entry))
  const samples = tried.map(entry => ({ ...entry, prices: entry['price'] }) as unknown as OuterSample)
  const price = { metric: 'latency', fixed: 0, rows: [], bound } as const
  const taken = solver === 'outer' ? samples[chosenOf(samples, [price])]! : samples.at(-1)!
  return {
    samples: solver === 'outer' ? samples.length : 1,
    feasible: latency(taken.architecture) <= bound,
    decidedMs: latency(taken.architecture),
    latencyMs: cost.latencyMs!,
    measuredMs: measured?.latencyMs,
    macs: cost.macs!,
    heldOut: accuracy!.validation!,
    test: accuracy!.test!,
    searchSeconds: secondsOf(run, entry =>
      solver === 'outer' ? 'sample' in entry : 'crossEntropy' in entry,
    ),
    trainingSeconds: secondsOf(run, ({ network }) => network === 'found'),
  }
}

const COLUMNS = [
  ...['run', 'solver', 'seed', 'samples', 'target_ms', 'feasible', 'decided_ms', 'latency_ms', 'measured_ms'],
  ...['macs', 'held_out', 'test', 'search_seconds', 'training_seconds'],
]

function write(lines: readonly Line[], target: SearchTarget, docs: string): void {
  const short = (value: number) => Number(value.toPrecision(5))
  const cells = lines.map(line => {
    const outcome = outcomeOf(line, target, target.bound)
    const { samples, feasible, decidedMs, latencyMs, measuredMs, macs, ...rest } = outcome
    return [
      ...[line.run, line.solver, line.seed, samples, target.bound, feasible ? 'yes' : 'no'],
      ...[short(decidedMs), short(latencyMs), measuredMs === undefined ? '' : short(measuredMs), macs],
      ...[rest.heldOut, rest.test, rest.searchSeconds, rest.trainingSeconds].map(short),
    ]
  })
  mkdirSync(join(docs, 'data'), { recursive: true })
  writeFileSync(join(docs, 'data', 'outer-search.csv'), csv(COLUMNS, cells))
}

function rowsOf(lines: readonly Line[], seed: number, target: SearchTarget) {
  const [theirs, ours] = lines
    .filter(line => line.seed === seed)
    .map(line => outcomeOf(line, target, target.bound)) as [
    ReturnType<typeof outcomeOf>,
    ReturnType<typeof outcomeOf>,
  ]
  return (
    [
      ['search, s', 'searchSeconds'],
      [`decisions alone, ms, where ${target.bound} was asked`, 'decidedMs'],
      ['found network, ms', 'latencyMs'],
      ['held-out accuracy', 'heldOut'],
      ['test accuracy', 'test'],
    ] as const
  ).map(([what, key]) => row(`seed ${seed}: ${what}`, ours[key], theirs[key]))
}
