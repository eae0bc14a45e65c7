import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Bench, BenchOptions, BenchResult } from './bench.js'

/** `npm run bench NAME -- [--json] [--rounds N …]`: runs one comparison and prints its table. */

/** What is not a comparison; their parts are in `sides/`. */
const OTHERS = ['main.js', 'bench.js']
const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.js') && !OTHERS.includes(file))
  .map(file => file.slice(0, -'.js'.length))

const round = (value: number) => Number(value.toPrecision(4))

function table({ name, columns = ['ours', 'theirs', 'ratio'], rows }: BenchResult): string {
  const lines = [
    [name, ...columns],
    ...rows.map(row => [row.case, ...[row.ours, row.theirs, row.ratio].map(value => `${round(value)}`)]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  return lines
    .map(line =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))),
    )
    .map(cells => cells.join('  '))
    .join('\n')
}

/** The name, `--json`, and every other option as the benchmark's own. */
function read(args: readonly string[]): { name: string | undefined; json: boolean; options: BenchOptions } {
  const { tokens } = parseArgs({ args: [...args], strict: false, allowPositionals: true, tokens: true })
  const options: Record<string, string> = {}
  let name: string | undefined
  let open: string | undefined
  for (const token of tokens) {
    if (token.kind === 'option') {
      options[token.name] = token.value ?? 'true'
      open = token.value === undefined && token.name !== 'json' ? token.name : undefined
    } else if (token.kind === 'positional') {
      if (open !== undefined) options[open] = token.value
      else name ??= token.value
      open = undefined
    }
  }
  const { json, ...own } = options
  return { name, json: json !== undefined, options: own }
}

const { name, json, options } = read(process.argv.slice(2))
if (name === undefined || !names.includes(name)) {
  const wrong = name === undefined ? 'Which benchmark?' : `There is no benchmark "${name}".`
  process.stderr.write(`${wrong} There are: ${names.join(', ')}\nnpm run bench NAME -- [--json]\n`)
  process.exitCode = 2
} else {
  try {
    const { run } = (await import(`./${name}.js`)) as { run: Bench }
    const result = await run(options)
    process.stdout.write(`${json ? JSON.stringify(result) : table(result)}\n`)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exitCode = 2
  }
}
