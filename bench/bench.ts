/** One line of a comparison. `ratio` is ours over theirs; what a figure is, and its unit, is in `case`. */
export interface BenchRow {
  readonly case: string
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
}

export interface BenchResult {
  readonly name: string
  /** What the three figures of a row are, where they compare nothing. */
  readonly columns?: readonly [string, string, string]
  readonly rows: readonly BenchRow[]
}

/** What follows a benchmark's name on the command line: `--rounds 3` is `{ rounds: '3' }`. */
export type BenchOptions = Readonly<Record<string, string>>

/** What `bench/NAME.ts` exports. */
export type Bench = (options: BenchOptions) => Promise<BenchResult>

export const row = (name: string, ours: number, theirs: number): BenchRow => ({
  case: name,
  ours,
  theirs,
  ratio: ours / theirs,
})

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A positive integer option, or what it is when left out. */
export function integerOption(options: BenchOptions, name: string, otherwise: number): number {
  const text = options[name]
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name} takes a whole number above 0, got "${text}"`)
  return value
}

/**
 * Milliseconds of each subject, `rounds · steps` times. The subjects take turns, a round each, the first of a round
 * changing, so that a machine that slows down slows all of them.
 */
export async function interleaved(
  subjects: readonly (() => unknown)[],
  {
    rounds,
    steps,
    warmUp = 2,
  }: { readonly rounds: number; readonly steps: number; readonly warmUp?: number },
): Promise<number[][]> {
  const times: number[][] = subjects.map(() => [])
  for (const subject of subjects) for (let i = 0; i < warmUp; i++) await subject()
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < subjects.length; turn++) {
      const which = (turn + round) % subjects.length
      for (let step = 0; step < steps; step++) {
        const start = performance.now()
        await subjects[which]!()
        times[which]!.push(performance.now() - start)
      }
    }
  return times
}
