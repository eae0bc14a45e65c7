import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RunError, TandemError } from '../errors.js'
import { parseJson } from '../parse-json.js'
import type { Cell, ReportTable } from './cell.js'
import { csv } from './csv.js'
import { type Curve, collectCurves } from './curves.js'
import { writeAside } from './disk.js'
import { onDisk } from './disk-failure.js'
import { drawFigure, figureData, type ReportFigure, standalone } from './figure.js'
import { journalLines } from './journal.js'
import { journalFigures } from './journal-figures.js'
import { machine } from './machine.js'
import { refuseLinks } from './refuse-links.js'
import type { ReportContent, ReportDetail } from './report-content.js'
import { type DrawnDetail, type DrawnFigure, reportPage } from './report-page.js'
import { readResult, type TandemResult } from './result.js'
import { askedLines, resultTables, solutionFacts, verdict } from './result-tables.js'
import type { Run } from './run.js'
import { shellCommand } from './shell.js'

/**
 * Draws report.html, one file that opens offline; the figures also as figures/*.svg with their data as CSV, the
 * tables as tables/*.csv, and the content itself as report.json to redraw from. What the journal told over the steps is drawn
 * from the journal, read line after line. Returns the path of the page.
 * Throws RunError when the disk refuses, Error when a figure's specification is wrong.
 */
export async function writeReport(run: Run, content: ReportContent): Promise<string> {
  const result = readResult(run)
  const beside = new Map<string, string>()
  const draw = drawing(beside)
  const tables = [...(result === undefined ? [] : resultTables(result)), ...(content.tables ?? [])]
  for (const [index, { title, columns, rows }] of tables.entries())
    beside.set(`tables/${slug(title, index)}.csv`, csv(columns, rows))
  const figures = await draw(content.figures ?? [], 'figure')
  const details: DrawnDetail[] = []
  for (const each of content.details ?? []) details.push(await drawnDetail(each, result, draw))
  const { curves, damage } = curvesOf(run)
  const journal = await draw(journalFigures(curves), 'journal')
  const page = reportPage({
    title: content.title,
    subtitle: `${run.command} · run ${run.name} · ${run.started.slice(0, 16).replace('T', ' ')} UTC`,
    asked: content.asked ?? (result === undefined ? [] : askedLines(result)),
    verdict: result && verdict(result),
    notes: [...(content.notes ?? []), ...damage],
    ...{ tables, figures, details, journal },
    links: linksOf(content.details ?? [], result),
    command: content.command ?? shellCommand(run.argv),
    facts: facts(run, result),
  })
  const file = join(run.folder, 'report.html')
  onDisk(run, () => {
    for (const [name, text] of beside) {
      mkdirSync(dirname(join(run.folder, name)), { recursive: true })
      writeAside(join(run.folder, name), text)
    }
    writeAside(join(run.folder, 'report.json'), `${JSON.stringify(content)}\n`)
    writeAside(file, page)
  })
  return file
}

/**
 * Draws the report again, from report.json or, where a command left none, from result.json and the journal alone. Throws
 * RunError when report.json is damaged.
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

/** Points of a curve that a page shows at the least, where there are as many. */
const POINTS = 100

/** What the journal told over the steps, line after line; up to a damaged one, which is no reason to show nothing. */
function curvesOf(run: Run): { readonly curves: readonly Curve[]; readonly damage: readonly string[] } {
  const collected = collectCurves(POINTS)
  const damage: string[] = []
  try {
    for (const line of journalLines(run)) collected.add(line)
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    damage.push(`What the journal tells ends early: ${error.message}.`)
  }
  return { curves: collected.curves(), damage }
}

type Draw = (figures: readonly ReportFigure[], prefix: string) => Promise<DrawnFigure[]>

/** Rows of data that are shown below a figure; more are only in its file. */
const MOST_SHOWN = 60

/** Draws figures, and keeps what is to lie beside the page. */
const drawing =
  (beside: Map<string, string>): Draw =>
  async (figures, prefix) => {
    const drawn: DrawnFigure[] = []
    for (const [index, figure] of figures.entries()) {
      const { title } = figure
      const svg = await drawFigure(figure, `${prefix}-${index + 1}`)
      const name = `figures/${prefix === 'figure' ? '' : `${prefix}-`}${slug(title, index)}`
      const data = dataOf(figure)
      const files = new Map([[`${name}.svg`, standalone(svg)]])
      for (const [i, { columns, rows }] of data.entries())
        files.set(`${name}${i === 0 ? '' : `-${i + 1}`}.csv`, csv(columns, rows))
      for (const [file, text] of files) beside.set(file, text)
      const few = data.every(({ rows }) => rows.length <= MOST_SHOWN)
      drawn.push({ title, svg, files: [...files.keys()], data: few ? data : [] })
    }
    return drawn
  }

async function drawnDetail(
  { id, title, solution, facts = [], tables = [], figures = [] }: ReportDetail,
  result: TandemResult | undefined,
  draw: Draw,
): Promise<DrawnDetail> {
  if (!/^[a-z0-9-]+$/.test(id))
    throw new TypeError(`"${id}" is no id of a detail: lower case, digits and hyphens`)
  const own = result && solution !== undefined ? solutionFacts(result, solution) : []
  return { id, title, facts: [...facts, ...own], tables, figures: await draw(figures, id) }
}

/** Solutions lead to their details, and names of files to the files. */
function linksOf(
  details: readonly ReportDetail[],
  result: TandemResult | undefined,
): ReadonlyMap<string, string> {
  const solutions = result === undefined ? [] : [...result.solutions, ...result.baselines]
  const files = solutions.flatMap(({ files }) => Object.values(files ?? {}).flatMap(file => file ?? []))
  return new Map([
    ...files.filter(isBeside).map(file => [file, file] as const),
    ...details.flatMap(({ id, solution }) => (solution === undefined ? [] : [[solution, `#${id}`] as const])),
  ])
}

/** A path within the run folder that can stand in a link as it is. */
const isBeside = (file: string): boolean => /^[\w-]+([./][\w-]+)*$/.test(file)

function facts(run: Run, result: TandemResult | undefined): readonly (readonly [string, string])[] {
  const { cpu, cores, memoryGib, platform } = result?.machine ?? machine()
  return [
    ['seed', String(run.seed)],
    ...(result === undefined ? [] : [['working time', `${Math.round(result.seconds)} s`] as const]),
    ...Object.entries(result?.versions ?? run.versions),
    ['machine', `${cpu}, ${cores} cores, ${memoryGib} GiB, ${platform}`],
  ]
}

/** A file name of a title: lower case, digits and hyphens, numbered so that no two are equal. */
const slug = (title: string, index: number): string =>
  `${index + 1}-${title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)}`

/** What data hold that is no cell, in words. */
const cellOf = (value: unknown): Cell =>
  Array.isArray(value)
    ? value.join(' ')
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : (value as Cell)

const dataOf = ({ title, spec }: ReportFigure): readonly ReportTable[] =>
  figureData(spec).map(data => {
    const columns = [...new Set(data.flatMap(datum => Object.keys(datum)))]
    return { title, columns, rows: data.map(datum => columns.map(column => cellOf(datum[column]))) }
  })
