import type { Command } from 'commander'
import type { Cell, Comparison } from '../runs/index.js'

interface Options {
  readonly json?: boolean
  readonly out?: string
}

/** `tandem runs compare`: how runs differ in what was asked of them and in what came of it. */
export function register(runs: Command): void {
  runs
    .command('compare <names...>')
    .description('several runs: differences in what was asked, results side by side')
    .option('--json', 'as JSON')
    .option('--out <file>', 'also as one HTML page with curves and fronts, which opens offline')
    .action(async (names: readonly string[], { json, out }: Options) => {
      const { InputError } = await import('../errors.js')
      if (names.length < 2) throw new InputError('Name two runs or more. See: tandem runs list')
      const { outputFile } = await import('./output-file.js')
      const file = out === undefined ? undefined : outputFile(out)
      const { compareRuns, openRun } = await import('../runs/index.js')
      const { comparedRun, comparePage, watchOnce } = await import('../runs/live/index.js')
      const watched = await Promise.all(names.map(name => watchOnce(openRun(undefined, name))))
      const comparison = compareRuns(watched.map(comparedRun))
      if (file !== undefined) {
        const { writeFileSync } = await import('node:fs')
        writeFileSync(file, comparePage(comparison, { live: false }))
      }
      process.stdout.write(
        json ? `${JSON.stringify(plain(comparison), null, 2)}\n` : await printed(comparison),
      )
    })
}

/** Without the charts, whose points are in the journals. */
const plain = ({ names, differences, standing, newest, results }: Comparison) => ({
  names,
  differences,
  standing,
  newest,
  results,
})

async function printed(comparison: Comparison): Promise<string> {
  const { differenceTable, newestTable } = await import('../runs/index.js')
  const { table } = await import('./table.js')
  const tables = [
    comparison.standing,
    differenceTable(comparison),
    newestTable(comparison),
    ...comparison.results,
  ]
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ title, columns, rows }) =>
        `${title}\n${table(
          columns,
          rows.map(row => row.map(brief)),
        )}`,
    )
    .join('\n')
}

const LONGEST = 40

/** A cell that leaves room for the others. */
const brief = (cell: Cell): Cell =>
  typeof cell === 'string' && cell.length > LONGEST ? `${cell.slice(0, LONGEST - 1)}…` : cell
