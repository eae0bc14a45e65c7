import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { caseBytes } from '../test/fuzz/cases.js'
import { type Failure, fuzz } from '../test/fuzz/fuzz.js'
import { readers } from '../test/fuzz/readers.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption } from './bench.js'

/**
 * Reads damaged files of every kind for `--seconds` of processor time (60) in all, or only of `--reader NAME` (`onnx` is every reader of ONNX), from case
 * `--case N` on, `--cases` of them. Files that were not read as promised are written to `--out` (runs/fuzz), each with how to
 * repeat it.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { reader: wanted = '', out = join(packageRoot, 'runs', 'fuzz') } = options
  const seed = Number(options['seed'] ?? Math.floor(Date.now() / 1000))
  const chosen = readers.filter(
    ({ name }) => wanted === '' || name === wanted || name.startsWith(`${wanted}:`),
  )
  if (chosen.length === 0)
    throw new RangeError(`no reader is named "${wanted}": ${readers.map(({ name }) => name).join(', ')}`)
  const seconds = integerOption(options, 'seconds', 60) / chosen.length
  const from = Number(options['case'] ?? 0)
  const cases = options['cases'] === undefined ? undefined : integerOption(options, 'cases', 1)
  const rows: BenchRow[] = []
  for (const reader of chosen) {
    const { tried, failures } = await fuzz({ readers: [reader.name], seed, seconds, from, cases })
    for (const failure of failures) await keep(out, reader, failure)
    const { cases: read, seconds: took, slowest, most, values } = tried.get(reader.name)!
    const [ms, mib] = [Math.round(slowest * 1000), Math.round(most / 2 ** 20)]
    process.stderr.write(
      `${reader.name}: ${values} of ${read} gave a value; at most ${ms} ms and ${mib} MiB\n`,
    )
    rows.push({ case: reader.name, ours: read, theirs: failures.length, ratio: read / Math.max(took, 1e-3) })
  }
  const total = (of: (row: BenchRow) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  const [read, failed] = [total(row => row.ours), total(row => row.theirs)]
  rows.push({
    case: `all, seed ${seed}`,
    ours: read,
    theirs: failed,
    ratio: read / total(row => row.ours / row.ratio),
  })
  return { name: 'fuzz', columns: ['cases', 'failures', 'cases a second'], rows }
}

async function keep(out: string, reader: (typeof readers)[number], failure: Failure): Promise<void> {
  const { seed, case: index, problem } = failure
  const name = `${reader.name.replaceAll(/[^a-z0-9]+/g, '-')}-${seed}-${index}`
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, name), caseBytes(reader, await reader.seeds(), seed, index))
  const again = `npm run bench fuzz -- --reader '${reader.name}' --seed ${seed} --case ${index} --cases 1`
  writeFileSync(join(out, `${name}.txt`), `${again}\n\n${problem}\n`)
  process.stderr.write(`${reader.name}, case ${index}: ${problem}\n  ${again}\n`)
}
