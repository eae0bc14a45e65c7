import type { Cell, ReportTable } from './cell.js'
import { formatCell } from './cell.js'
import type { Solution, TandemResult } from './result.js'

const COLUMNS: readonly (readonly [string, (solution: Solution) => Cell])[] = [
  ['name', ({ name }) => name],
  ['met', ({ met }) => met],
  [
    'misses',
    ({ misses }) => misses.map(miss => `${miss.metric} by ${formatCell(miss.by)}`).join(', ') || undefined,
  ],
  ['latency, ms', ({ cost }) => cost.latencyMs],
  ['measured, ms', ({ measured }) => measured?.latencyMs],
  ['energy, mJ', ({ cost }) => cost.energyMj],
  ['area, mm²', ({ cost }) => cost.areaMm2],
  ['MACs', ({ cost }) => cost.macs],
  ['parameters', ({ cost }) => cost.params],
  ['terms a weight', ({ cost }) => cost.terms],
  ['validation accuracy', ({ accuracy }) => accuracy?.validation],
  ['test accuracy', ({ accuracy }) => accuracy?.test],
  ['network', ({ files }) => files?.network],
  ['accelerator', ({ files }) => files?.accelerator],
]

function table(title: string, solutions: readonly Solution[]): readonly ReportTable[] {
  if (solutions.length === 0) return []
  const used = COLUMNS.filter(([, cell]) => solutions.some(solution => cell(solution) !== undefined))
  const rows = solutions.map(solution => used.map(([, cell]) => cell(solution)))
  return [{ title, columns: used.map(([name]) => name), rows }]
}

/** A result as tables: the solutions, and what they are compared with. Columns that do not apply are left out. */
export const resultTables = (result: TandemResult): readonly ReportTable[] => [
  ...table('Solutions', result.solutions),
  ...table('Baselines', result.baselines),
]

/** A solution or baseline as facts, without its name; none where there is none of that name. */
export function solutionFacts(result: TandemResult, name: string): readonly (readonly [string, Cell])[] {
  const found = [...result.solutions, ...result.baselines].find(each => each.name === name)
  if (found === undefined) return []
  return COLUMNS.slice(1)
    .map(([title, cell]) => [title, cell(found)] as const)
    .filter(([title, cell]) => cell !== undefined && (title !== 'met' || result.asked.length > 0))
}

/** Whether what was asked for was got, in one sentence; undefined where nothing was asked. */
export function verdict({ asked, solutions }: TandemResult): string | undefined {
  if (asked.length === 0 || solutions.length === 0) return undefined
  const met = solutions.filter(solution => solution.met).map(({ name }) => name)
  if (met.length === solutions.length)
    return met.length === 1 ? `${met[0]} meets all of it.` : `All ${met.length} solutions meet all of it.`
  if (met.length > 0) return `${met.length} of ${solutions.length} solutions meet all of it.`
  const missed = solutions.map(
    ({ name, misses }) =>
      `${name} misses ${misses.map(miss => `${miss.metric} by ${formatCell(miss.by)}${UNITS[miss.metric] ?? ''}`).join(', ')}`,
  )
  return `No solution meets all of it: ${missed.slice(0, MOST_MISSED).join('; ')}${missed.length > MOST_MISSED ? '; …' : ''}.`
}

const MOST_MISSED = 5

/** What was asked for, one line each. */
export const askedLines = (result: TandemResult): readonly string[] =>
  result.asked.map(({ metric, op, bound }) => `${metric} ${op} ${formatCell(bound)}${UNITS[metric] ?? ''}`)

const UNITS: Readonly<Record<string, string>> = Object.freeze({
  latency: ' ms',
  energy: ' mJ',
  area: ' mm²',
  drop: ' points',
  speedup: ' times',
})
