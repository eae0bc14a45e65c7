import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hypervolume,
  type MinimiseOptions,
  minimise,
  nonDominatedSort,
  type Problem,
  problems,
} from '../src/evolve/index.js'
import { packageRoot } from '../src/package-root.js'
import { random } from '../src/random.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, median, row } from './bench.js'
import { mixedProblem } from './sides/mixed-problem.js'
import { type PymooSide, startPymoo } from './sides/pymoo-side.js'

interface Case {
  readonly name: keyof typeof problems
  readonly reference: readonly number[]
  /** Median of 11 seeds of pymoo 0.6.2, for where it is not installed. */
  readonly recorded: number
  /** Where given, the front is scaled: these become 0 and 1. */
  readonly range?: readonly [low: readonly number[], high: readonly number[]]
}

/** Two sets of settings that the literature has figures for, each with its number of evaluations. */
const SETTINGS = [
  {
    title: "pymoo's defaults",
    evaluations: 20_000,
    eta: 15,
    probability: 0.9,
    perVariable: 0.5,
    cases: [
      { name: 'zdt1', reference: [1.1, 1.1], recorded: 0.8683 },
      { name: 'zdt2', reference: [1.1, 1.1], recorded: 0.53455 },
      { name: 'zdt3', reference: [1.1, 1.1], recorded: 1.32577 },
      { name: 'zdt4', reference: [1.1, 1.1], recorded: 0.86069 },
      { name: 'zdt6', reference: [1.1, 1.1], recorded: 0.48008 },
      { name: 'dtlz2', reference: [1.1, 1.1, 1.1], recorded: 0.70007 },
      { name: 'kursawe', reference: [-14, 1], recorded: 37.019 },
      { name: 'bnh', reference: [140, 50], recorded: 5251.3 },
      { name: 'srn', reference: [250, 0], recorded: 30340 },
      { name: 'tnk', reference: [1.2, 1.2], recorded: 0.6503 },
      { name: 'osy', reference: [0, 80], recorded: 16676 },
    ] as readonly Case[],
  },
  {
    title: "jMetal's settings",
    evaluations: 25_000,
    eta: 20,
    probability: 1,
    perVariable: 0.5,
    cases: [
      { name: 'zdt1', reference: [1, 1], recorded: 0.6597 },
      { name: 'zdt2', reference: [1, 1], recorded: 0.3264 },
      {
        name: 'zdt3',
        reference: [1, 1],
        recorded: 0.5149,
        range: [
          [0, -0.7733690123],
          [0.8518328654, 1],
        ],
      },
      { name: 'zdt4', reference: [1, 1], recorded: 0.6571 },
      {
        name: 'zdt6',
        reference: [1, 1],
        recorded: 0.3892,
        range: [
          [0.2807753191, 0],
          [1, 0.9211652202],
        ],
      },
    ] as readonly Case[],
  },
]

/**
 * NSGA-II on the problems of the literature, population 100: median hypervolume over `--seeds` (11) against pymoo's,
 * with the same settings and measured here where `TANDEM_PYTHON` has pymoo, else as recorded. All of it goes to
 * `docs/data/nsga2.csv`. `--only zdt4` for one problem (then nothing is written).
 *
 * `--part speed` measures times instead, ours and pymoo's in turns, `--rounds` (5): evaluations a second on ZDT1 and on
 * a mixed genome, milliseconds of a non-dominated sort and of hypervolumes.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const part = options['part'] ?? 'quality'
  if (part !== 'quality' && part !== 'speed')
    throw new RangeError(`--part takes quality or speed, got "${part}"`)
  const pymoo = await startPymoo()
  try {
    const rows = part === 'speed' ? await speed(pymoo, options) : await quality(pymoo, options)
    return { name: 'nsga2', rows }
  } finally {
    pymoo?.end()
  }
}

async function quality(pymoo: PymooSide | undefined, options: BenchOptions): Promise<BenchRow[]> {
  const seeds = integerOption(options, 'seeds', 11)
  const { only } = options
  const rows: BenchRow[] = []
  const lines = [COLUMNS.join(',')]
  for (const { title, cases, evaluations, ...settings } of SETTINGS)
    for (const { name, reference, recorded, range } of cases) {
      if (only !== undefined && only !== name) continue
      const volume = (front: Float64Array) => hypervolume(scaled(front, reference.length, range), reference)
      const [ours, theirs]: [number[], number[]] = [[], []]
      for (let seed = 0; seed < seeds; seed++) {
        ours.push(volume(await frontOf(name, seed, evaluations, settings)))
        if (pymoo) theirs.push(volume(await pymoo.front({ name, seed, evaluations, ...settings })))
      }
      const against = pymoo ? median(theirs) : recorded
      const source = pymoo ? 'pymoo here' : 'pymoo as recorded'
      rows.push(row(`${problems[name].name}, ${title}: hypervolume (${source})`, median(ours), against))
      lines.push(
        [
          ...[problems[name].name, title, evaluations, seeds, reference.join(' ')],
          ...summary(ours),
          ...(pymoo ? summary(theirs) : ['', recorded, '']),
        ].join(','),
      )
    }
  if (only === undefined) {
    const folder = join(packageRoot, 'docs', 'data')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'nsga2.csv'), `${lines.join('\n')}\n`)
  }
  return rows
}

const COLUMNS = [
  ...['problem', 'settings', 'evaluations', 'seeds', 'reference'],
  ...['min', 'median', 'max', 'pymoo_min', 'pymoo_median', 'pymoo_max'],
]
const summary = (values: readonly number[]) =>
  [Math.min(...values), median(values), Math.max(...values)].map(value => Number(value.toPrecision(7)))

async function frontOf(
  name: keyof typeof problems,
  seed: number,
  evaluations: number,
  { eta, probability, perVariable }: { eta: number; probability: number; perVariable: number },
): Promise<Float64Array> {
  const { members } = await minimise(problems[name], {
    seed,
    crossover: { probability: 0.9, perVariable, eta },
    mutation: { probability, eta: 20 },
    termination: { evaluations },
  })
  return Float64Array.from(members.flatMap(({ objectives }) => [...objectives]))
}

const scaled = (front: Float64Array, width: number, range: Case['range']): Float64Array =>
  range
    ? front.map((value, i) => (value - range[0][i % width]!) / (range[1][i % width]! - range[0][i % width]!))
    : front

/** `count` points of numbers in [0, 1). */
function cloud(count: number, width: number): Float64Array {
  const stream = random(1, 'bench', width)
  return Float64Array.from({ length: count * width }, () => stream.uniform())
}

/** Points of which none dominates another, on the sphere. */
const sphere = (count: number, width: number): Float64Array => {
  const points = cloud(count, width)
  for (let i = 0; i < points.length; i += width) {
    const point = points.subarray(i, i + width)
    point.set(point.map(value => 1 - value / Math.hypot(...point)))
  }
  return points
}

/** What is timed: ours of a round, what pymoo is asked, and what it was when it was recorded. */
interface Subject {
  readonly name: string
  readonly ours: (round: number) => number | Promise<number>
  readonly theirs: object
  readonly recorded: number
}

async function speed(pymoo: PymooSide | undefined, options: BenchOptions): Promise<BenchRow[]> {
  const rounds = integerOption(options, 'rounds', 5)
  const evaluations = 20_000
  const search = async (problem: Problem, settings: MinimiseOptions) => {
    const start = performance.now()
    await minimise(problem, { ...settings, termination: { evaluations } })
    return (1000 * evaluations) / (performance.now() - start)
  }
  /** Milliseconds of one call, of many. */
  const timed = (work: () => unknown) => {
    const start = performance.now()
    let calls = 0
    for (; performance.now() - start < 200; calls++) work()
    return (performance.now() - start) / calls
  }
  const sorting = (width: number): Subject => {
    const points = cloud(2000, width)
    return {
      name: `sort of 2,000 points, ${width} objectives, ms`,
      ours: () => timed(() => nonDominatedSort(points, width)),
      theirs: { speed: 'sort', points: [...points], width },
      recorded: width === 2 ? 0.3 : 0.63,
    }
  }
  const measuring = (width: number): Subject => {
    const points = sphere(1000, width)
    const reference = Array<number>(width).fill(1.1)
    return {
      name: `hypervolume of 1,000 points, ${width} objectives, ms`,
      ours: () => timed(() => hypervolume(points, reference)),
      theirs: { speed: 'hypervolume', points: [...points], width },
      recorded: width === 2 ? 0.021 : Number.NaN,
    }
  }
  const searching = (name: string, speed: string, problem: Problem, recorded: number): Subject => ({
    name: `${name}, evaluations/s`,
    ours: seed => search(problem, { seed }),
    theirs: { speed, evaluations },
    recorded,
  })
  const subjects = [
    searching('ZDT1', 'zdt1', problems.zdt1, 31_000),
    searching('mixed genome', 'mixed', mixedProblem, 6000),
    ...[2, 3].map(sorting),
    ...[2, 3].map(measuring),
  ]
  const rows: BenchRow[] = []
  for (const { name, ours, theirs, recorded } of subjects) {
    const [own, other]: [number[], number[]] = [[], []]
    await ours(rounds)
    for (let round = 0; round < rounds; round++) {
      own.push(await ours(round))
      if (pymoo) other.push(await pymoo.speed({ ...theirs, seed: round }))
    }
    const source = pymoo ? 'pymoo here' : 'pymoo as recorded'
    rows.push(row(`${name} (${source})`, median(own), pymoo ? median(other) : recorded))
  }
  return rows
}
