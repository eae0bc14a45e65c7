import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { estimateMemory } from '../src/engine/memory.js'
import { packageRoot } from '../src/package-root.js'
import { csv, machine, openRun, readJournal } from '../src/runs/index.js'
import {
  FORMULATIONS,
  type FormulationName,
  readSpace,
  SEARCH_PLAN,
  supernetNetwork,
} from '../src/search/space-index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, median, row } from './bench.js'
import { searchSteps } from './sides/search-steps.js'
import { passed, targetOf } from './sides/search-target.js'
import { isDone, performAll, resultOf, secondsOf } from './sides/tandem-run.js'

const CASES = 'cifar10-mbconv:64,cifar10-mbconv:128,imagenet-single-path:8'
const COLUMNS = [
  ...['space', 'batch', 'formulation', 'ms_step', 'memory_estimated_gb', 'memory_peak_gb'],
  ...[
    'run',
    'seed',
    'target_ms',
    'decided_ms',
    'latency_ms',
    'of_target',
    'macs',
    'params',
    'held_out',
    'test',
  ],
  ...['search_seconds', 'training_seconds', 'all_seconds'],
] as const

/** A line of the table, as text by column; empty where a column does not apply. */
type Line = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number>>>

/**
 * The formulations of a search side by side: milliseconds of a constrained search step and its memory, estimated and
 * as the peak of a process of its own; and with `--data` the network that each finds at one latency target, with equal
 * plans. Ours is single-path, theirs the others. Everything goes to `docs/data/formulations.csv`: what was measured is
 * there once for every space and batch, and beside every run of that space and batch. A step that is there is not
 * measured again, and one that by its estimate does not fit in memory is only estimated. Runs are named
 * `NAME-FORMULATION-SEED`, resumed where they are unfinished and read where they are done.
 *
 * `--cases` (SPACE:BATCH, …; cifar10-mbconv at 64 and 128, imagenet-single-path at 8), `--steps` (5), `--rounds` (2),
 * `--memory` (bytes that a step may take; 0.8 of this machine's), `--again yes` (measures what is there too), `--docs`.
 * `--data` (cifar10:DIR), `--target`, `--space`, `--on` as in `search-vs-random`, `--seeds` (1), `--name` (formulation),
 * `--epochs`, `--warmup`, `--train-epochs`, `--share`, `--batch`, `--learning-rate`, `--precision` as in `tandem search`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, docs = join(packageRoot, 'docs') } = options
  const file = join(docs, 'data', 'formulations.csv')
  let steps = options['again'] === undefined ? readSteps(file) : []
  for (const { space, batch } of casesOf(options)) {
    const lines = measure(space, batch, steps, options)
    steps = [...steps.filter(line => !lines.some(isStepOf(line))), ...lines]
    write(file, steps, [])
  }
  const runs = data === undefined ? [] : runsOf(options)
  await performAll(runs, options, () => write(file, steps, outcomes(runs, steps)))
  return { name: 'formulations', rows: [...stepRows(steps), ...runRows(outcomes(runs, steps))] }
}

function casesOf({ cases = CASES }: BenchOptions): { readonly space: string; readonly batch: number }[] {
  return cases.split(',').map(text => {
    const at = text.lastIndexOf(':')
    const batch = Number(text.slice(at + 1))
    if (at < 1 || !Number.isSafeInteger(batch) || batch < 1)
      throw new RangeError(`--cases takes SPACE:BATCH, …, got "${text}"`)
    return { space: text.slice(0, at), batch }
  })
}

const isStepOf = (a: Line) => (b: Line) =>
  (['space', 'batch', 'formulation'] as const).every(column => String(a[column]) === String(b[column]))

/** A line for every formulation; the formulations take turns, so that a machine that slows down slows all of them. */
function measure(
  file: string,
  batch: number,
  known: readonly Line[],
  options: BenchOptions,
): readonly Line[] {
  const space = readSpace(file)
  const limit = Number(options['memory'] ?? 0.8 * 2 ** 30 * machine().memoryGib)
  const lines = FORMULATIONS.map(formulation => {
    const bytes = estimateMemory(supernetNetwork(space, formulation), batch)
    const line: Line = { space: space.name, batch, formulation, memory_estimated_gb: gigabytes(bytes) }
    return { formulation, line: known.find(isStepOf(line)) ?? line, fits: bytes <= limit }
  })
  const open = lines.filter(({ line, fits }) => fits && !line.ms_step)
  const taken = new Map<FormulationName, { ms: number[]; peakBytes: number }>()
  for (let round = 0; round < integerOption(options, 'rounds', 2); round++)
    for (const { formulation } of open) {
      const { ms, peakBytes } = searchSteps(file, formulation, batch, integerOption(options, 'steps', 5))
      const before = taken.get(formulation) ?? { ms: [], peakBytes: 0 }
      taken.set(formulation, {
        ms: [...before.ms, ...ms],
        peakBytes: Math.max(before.peakBytes, peakBytes),
      })
    }
  return lines.map(({ formulation, line }) => {
    const result = taken.get(formulation)
    return result
      ? { ...line, ms_step: short(median(result.ms)), memory_peak_gb: gigabytes(result.peakBytes) }
      : line
  })
}

const short = (value: number) => Number(value.toPrecision(5))
const gigabytes = (bytes: number) => Number((bytes / 1e9).toPrecision(3))

interface Search {
  readonly name: string
  readonly formulation: FormulationName
  readonly seed: number
  readonly space: string
  readonly batch: number
  readonly bound: number
  readonly latency: (architecture: readonly string[]) => number
  readonly args: readonly string[]
}

function runsOf(options: BenchOptions): readonly Search[] {
  const { name = 'formulation' } = options
  const { space, bound, latency, where } = targetOf(options)
  const given = ['epochs', 'warmup', 'train-epochs', 'share', 'batch', 'learning-rate', 'precision']
  const common = [...where, '--data', options['data']!, ...passed(options, given)]
  const batch = integerOption(options, 'batch', SEARCH_PLAN.batchSize)
  return Array.from({ length: integerOption(options, 'seeds', 1) }, (_, seed) => seed).flatMap(seed =>
    FORMULATIONS.map(formulation => ({
      ...{
        name: `${name}-${formulation}-${seed}`,
        formulation,
        seed,
        space: space.name,
        batch,
        bound,
        latency,
      },
      args: ['search', ...common, '--seed', String(seed), '--formulation', formulation],
    })),
  )
}

/** The finished runs, each with what was measured of its step. */
const outcomes = (runs: readonly Search[], steps: readonly Line[]): readonly Line[] =>
  runs
    .filter(({ name }) => isDone(name))
    .map(({ name, formulation, seed, space, batch, bound, latency }) => {
      const { solutions, seconds } = resultOf(name)
      const { cost, accuracy } = solutions[0]!
      const epochs = readJournal(openRun(undefined, name)).filter(({ entry }) => 'crossEntropy' in entry)
      const decided = epochs.at(-1)!.entry['architecture'] as readonly string[]
      const line = { space, batch, formulation }
      return {
        ...(steps.find(isStepOf(line)) ?? line),
        ...{ run: name, seed, target_ms: bound, decided_ms: short(latency(decided)) },
        ...{ latency_ms: short(cost.latencyMs!), of_target: short(cost.latencyMs! / bound) },
        ...{ macs: cost.macs!, params: cost.params! },
        ...{ held_out: short(accuracy!.validation!), test: short(accuracy!.test!) },
        search_seconds: short(secondsOf(name, entry => 'crossEntropy' in entry)),
        training_seconds: short(secondsOf(name, ({ network }) => network === 'found')),
        all_seconds: short(seconds),
      }
    })

function write(file: string, steps: readonly Line[], runs: readonly Line[]): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const lines = [...steps, ...runs].map(line => COLUMNS.map(column => line[column] ?? ''))
  writeFileSync(file, csv(COLUMNS, lines))
}

/** The measured steps of an earlier time. */
function readSteps(file: string): readonly Line[] {
  if (!existsSync(file)) return []
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/)
  return lines
    .map(text => Object.fromEntries(text.split(',').map((cell, i) => [COLUMNS[i]!, cell])) as Line)
    .filter(({ run }) => !run)
}

/** Single-path (ours) against each of the others in one column, of lines that have it. */
function against(lines: readonly Line[], column: keyof Line, name: string): readonly BenchRow[] {
  const [ours, ...others] = FORMULATIONS.map(of => lines.find(({ formulation }) => formulation === of))
  return others.flatMap(theirs => {
    if (!ours?.[column] || !theirs?.[column]) return []
    return [row(`${name}: single-path, ${theirs.formulation}`, Number(ours[column]), Number(theirs[column]))]
  })
}

function stepRows(steps: readonly Line[]): readonly BenchRow[] {
  const cases = new Map(steps.map(line => [`${line.space}, batch ${line.batch}`, line]))
  return [...cases].flatMap(([name, { space, batch }]) => {
    const lines = steps.filter(line => line.space === space && String(line.batch) === String(batch))
    return [
      ...against(lines, 'ms_step', `${name}: ms a step`),
      ...against(lines, 'memory_peak_gb', `${name}: GB at the peak`),
      ...against(lines, 'memory_estimated_gb', `${name}: GB as estimated`),
    ]
  })
}

const runRows = (runs: readonly Line[]): readonly BenchRow[] =>
  [...new Set(runs.map(({ seed }) => seed))].flatMap(seed => {
    const lines = runs.filter(line => line.seed === seed)
    return (
      [
        ['search_seconds', 'search, s'],
        ['latency_ms', `found network, ms, where ${lines[0]!.target_ms} was asked`],
        ['held_out', 'held-out accuracy'],
        ['test', 'test accuracy'],
      ] as const
    ).flatMap(([column, what]) => against(lines, column, `seed ${seed}: ${what}`))
  })
