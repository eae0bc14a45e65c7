import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunError, TandemError } from '../errors.js'
import { parseJson } from '../parse-json.js'
import type { Cell, ReportTable } from './cell.js'
import { csv } from './csv.js'
import { writeAside } from './disk.js'
import { onDisk } from './disk-failure.js'
import { drawFigure, figureData, type ReportFigure, standalone } from './figure.js'
import { machine } from './machine.js'
import { refuseLinks } from './refuse-links.js'
import { reportPage } from './report-page.js'
import { readResult, type TandemResult } from './result.js'
import { askedLines, resultTables } from './result-tables.js'
import type { Run } from './run.js'
import { shellCommand } from './shell.js'

export type { ReportFigure, ReportTable }

/** What a method wants to show. Tables of the solutions and baselines in result.json come by themselves. */
export interface ReportContent {
  readonly title: string
  /** What was asked for, in words; by default `asked` of result.json. */
  readonly asked?: readonly string[]
  readonly tables?: readonly ReportTable[]
  readonly figures?: readonly ReportFigure[]
  /** By default the run's own command line. */
  readonly command?: string
  readonly notes?: readonly string[]
}

/**
 * Draws report.html, one file that opens offline; the figures also as figures/*.svg with their data as CSV, the
 * tables as tables/*.csv, and the content itself as report.json to redraw from. Returns the path of the page.
 * Throws RunError when the disk refuses, Error when a figure's specification is wrong.
 */
export async function writeReport(run: Run, content: ReportContent): Promise<string> {
  const result = readResult(run)
  const tables = [...(result === undefined ? [] : resultTables(result)), ...(content.tables ?? [])]
  const figures: { title: string; svg: string; file: string; data: readonly string[] }[] = []
  for (const [index, figure] of (content.figures ?? []).entries()) {
    const svg = await drawFigure(figure, `figure-${index + 1}`)
    figures.push({ title: figure.title, svg, file: slug(figure.title, index), data: dataOf(figure) })
  }
  const page = reportPage({
    title: content.title,
    subtitle: `${run.command} · run ${run.name} · ${run.started.slice(0, 16).replace('T', ' ')} UTC`,
    asked: content.asked ?? (result === undefined ? [] : askedLines(result)),
    notes: content.notes ?? [],
    tables,
    figures,
    command: content.command ?? shellCommand(run.argv),
    facts: facts(run, result),
  })
  const file = join(run.folder, 'report.html')
  onDisk(run, () => {
    for (const { file, svg, data } of figures) {
      write(run, 'figures', `${file}.svg`, standalone(svg))
      for (const [i, text] of data.entries())
        write(run, 'figures', `${file}${i === 0 ? '' : `-${i + 1}`}.csv`, text)
    }
    for (const [index, { title, columns, rows }] of tables.entries()) {
      write(run, 'tables', `${slug(title, index)}.csv`, csv(columns, rows))
    }
    writeAside(join(run.folder, 'report.json'), `${JSON.stringify(content)}\n`)
    writeAside(file, page)
  })
  return file
}

/**
 * Draws the report again, from report.json or, where a command left none, from result.json alone. Throws RunError when
 * report.json is damaged.
 */
export async function redrawReport(run: Run): Promise<string> {
  refuseLinks(run)
  const file = join(run.folder, 'report.json')
  if (!existsSync(file)) return writeReport(run, { title: `${run.command}: ${run.name}` })
  try {
    return await writeReport(run, parseJson(readFileSync(file, 'utf8')) as ReportContent)
  } catch (error) {
    if (error instanceof TandemError) throw error
    throw new RunError(`${file} is damaged, the report cannot be drawn from it: ${(error as Error).message}`)
  }
}

function facts(run: Run, result: TandemResult | undefined): readonly (readonly [string, string])[] {
  const { cpu, cores, memoryGib, platform } = result?.machine ?? machine()
  return [
    ['seed', String(run.seed)],
    ...(result === undefined ? [] : [['working time', `${Math.round(result.seconds)} s`] as const]),
    ...Object.entries(result?.versions ?? run.versions),
    ['machine', `${cpu}, ${cores} cores, ${memoryGib} GiB, ${platform}`],
  ]
}

function write(run: Run, folder: string, file: string, text: string): void {
  mkdirSync(join(run.folder, folder), { recursive: true })
  writeAside(join(run.folder, folder, file), text)
}

/** A file name of a title: lower case, digits and hyphens, numbered so that no two are equal. */
const slug = (title: string, index: number): string =>
  `${index + 1}-${title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)}`

const dataOf = (figure: ReportFigure): readonly string[] =>
  figureData(figure.spec).map(data => {
    const columns = [...new Set(data.flatMap(datum => Object.keys(datum)))]
    return csv(
      columns,
      data.map(datum => columns.map(column => datum[column] as Cell)),
    )
  })
