import type { Cell, ReportTable } from './cell.js'
import type { Chart } from './chart.js'
import { curveCharts } from './chart-groups.js'
import type { Curve } from './curves.js'
import { flatConfig } from './flat-config.js'
import { frontCharts } from './front-charts.js'
import type { TandemResult } from './result.js'
import { resultTables } from './result-tables.js'
import type { Run } from './run.js'
import type { RunState } from './status.js'

/** All of a run that a comparison looks at. */
export interface ComparedRun {
  readonly run: Run
  readonly state: RunState
  /** Working time. */
  readonly seconds: number
  readonly result?: TandemResult | undefined
  readonly curves: readonly Curve[]
}

export interface Comparison {
  readonly names: readonly string[]
  /** Keys of the configs whose values are not the same in all runs; a value that a run does not have is absent. */
  readonly differences: readonly { readonly key: string; readonly values: readonly Cell[] }[]
  /** How each stands. */
  readonly standing: ReportTable
  /** Solutions and baselines of all runs, one table each. */
  readonly results: readonly ReportTable[]
  /** Accuracy over what it costs. */
  readonly fronts: readonly Chart[]
  /** What the journals tell over steps. */
  readonly curves: readonly Chart[]
  /** The newest value of every curve, runs in the order of `names`. */
  readonly newest: readonly { readonly curve: string; readonly values: readonly Cell[] }[]
}

/** Several runs beside each other: how they differ in what was asked, in how they went and in what came of it. */
export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  const named = runs.map(({ run, curves, result }) => ({ name: run.name, curves, result }))
  return {
    names: runs.map(({ run }) => run.name),
    differences: differences(runs.map(({ run }) => run)),
    standing: {
      title: 'Runs',
      columns: [
        'run',
        'command',
        'state',
        'started (UTC)',
        'worked, s',
        'solutions',
        'that meet what was asked',
      ],
      rows: runs.map(({ run, state, seconds, result }) => [
        run.name,
        run.command,
        state,
        run.started.slice(0, 16).replace('T', ' '),
        Math.round(seconds),
        result?.solutions.length,
        result?.solutions.filter(({ met }) => met).length,
      ]),
    },
    results: sideBySide(
      named.map(({ name, result }) => ({ name, tables: result ? resultTables(result) : [] })),
    ),
    fronts: frontCharts(named),
    curves: curveCharts(named),
    newest: newest(runs.map(({ curves }) => curves)),
  }
}

function differences(runs: readonly Run[]): Comparison['differences'] {
  const flat = runs.map(({ command, seed, versions, config }) =>
    flatConfig({ command, seed, versions, ...(config as object) }),
  )
  const keys = [...new Set(flat.flatMap(each => [...each.keys()]))]
  return keys
    .map(key => ({ key, values: flat.map(each => each.get(key)) }))
    .filter(({ values }) => values.some(value => value !== values[0]))
}

function newest(runs: readonly (readonly Curve[])[]): Comparison['newest'] {
  const nameOf = ({ field, label }: Curve) => (label === '' ? field : `${field}, ${label}`)
  const names = [...new Set(runs.flatMap(curves => curves.map(nameOf)))]
  return names.map(curve => ({
    curve,
    values: runs.map(curves => curves.find(each => nameOf(each) === curve)?.points.at(-1)?.[1]),
  }))
}

/** Tables of equal title as one, with the run's name before every row. */
function sideBySide(
  runs: readonly { readonly name: string; readonly tables: readonly ReportTable[] }[],
): readonly ReportTable[] {
  const titles = [...new Set(runs.flatMap(({ tables }) => tables.map(({ title }) => title)))]
  return titles.map(title => {
    const parts = runs.flatMap(({ name, tables }) =>
      tables.filter(table => table.title === title).map(table => ({ name, table })),
    )
    const columns = [...new Set(parts.flatMap(({ table }) => table.columns))]
    const rows = parts.flatMap(({ name, table }) =>
      table.rows.map(row => [name, ...columns.map(column => row[table.columns.indexOf(column)])]),
    )
    return { title, columns: ['run', ...columns], rows }
  })
}

/** As many differences below two keys as are worth a row each. */
const MOST_ROWS = 6

/**
 * The table of differences, a column for each run. Where much differs below `space.blocks`, say, it is one row with a
 * letter for each run: equal letters, equal values.
 */
export function differenceTable({ names, differences }: Comparison): ReportTable {
  const branchOf = (key: string) => key.split('.').slice(0, 2).join('.')
  const branches = [...new Set(differences.map(({ key }) => branchOf(key)))]
  const rows = branches.flatMap((branch): readonly (readonly Cell[])[] => {
    const below = differences.filter(({ key }) => branchOf(key) === branch)
    if (below.length <= MOST_ROWS) return below.map(({ key, values }) => [key, ...values])
    return [
      [
        `${branch} (${below.length} keys)`,
        ...letters(names.map((_, i) => below.map(({ values }) => values[i]))),
      ],
    ]
  })
  return { title: 'Differences in what was asked', columns: ['key', ...names], rows }
}

/** A letter for each list of values, the same for equal ones; none where there is no value. */
function letters(lists: readonly (readonly Cell[])[]): readonly Cell[] {
  const texts = lists.map(list => (list.every(cell => cell === undefined) ? '' : JSON.stringify(list)))
  const kinds = [...new Set(texts.filter(text => text !== ''))]
  return texts.map(text => (text === '' ? undefined : String.fromCharCode(65 + kinds.indexOf(text))))
}

/** The table of what the journals told last. */
export const newestTable = ({ names, newest }: Comparison): ReportTable => ({
  title: 'Newest in the journals',
  columns: ['curve', ...names],
  rows: newest.map(({ curve, values }) => [curve, ...values]),
})
