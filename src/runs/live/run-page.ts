import type { ReportTable } from '../cell.js'
import { chartHtml } from '../chart.js'
import { curveCharts } from '../chart-groups.js'
import { escapeHtml as text } from '../escape-html.js'
import { flatConfig } from '../flat-config.js'
import { frontCharts } from '../front-charts.js'
import { tableHtml } from '../report-table.js'
import { readResult } from '../result.js'
import { askedLines, resultTables } from '../result-tables.js'
import { type Run, resumeCommand } from '../run.js'
import { shellCommand } from '../shell.js'
import { type RunState, readStatus, runState, type Status } from '../status.js'
import { journalSection } from './journal-section.js'
import { layout } from './layout.js'
import { progressHtml, runAddress, stateHtml, tableSection, timeHtml, workedFor } from './pieces.js'
import { runFiles } from './run-files.js'
import type { Watched } from './watched-runs.js'

/** How soon the page asks for itself again, of a run that goes on and of others. */
const [AGAIN_MS, LATER_MS] = [1000, 3000]

/** More files than this are counted, not listed. */
const MOST_LISTED = 60

/** One run, as far as it is. Throws RunError when its result is damaged. */
export function runPage({ run, curves, recent, lines, whole }: Watched): string {
  const state = runState(run)
  const status = readStatus(run)
  const result = readResult(run)
  const files = runFiles(run)
  const charts = [
    ...(result ? frontCharts([{ name: '', result }]) : []),
    ...curveCharts([{ name: run.name, curves }]),
  ]
  const asked = result === undefined ? [] : askedLines(result)
  const sections = [
    `<header><h1>${text(run.name)}</h1><p class="soft">${text(run.command)}, started ${timeHtml(run.started)} UTC, ${workedFor(status)}</p></header>`,
    standing(run, state, status),
    files.includes('report.html')
      ? `<p><a href="${runAddress(run.name)}/files/report.html">The report of this run</a></p>`
      : '',
    asked.length > 0
      ? `<section><h2>Asked for</h2><ul>${asked.map(line => `<li>${text(line)}</li>`).join('')}</ul></section>`
      : '',
    ...(result === undefined ? [] : resultTables(result)).map(tableSection),
    charts.length > 0
      ? `<section id="charts"><h2>Figures</h2><div class="charts">${charts.map(chartHtml).join('\n')}</div></section>`
      : '',
    journalSection(recent, whole ? lines : undefined),
    fileList(run, files),
    `<details id="config"><summary>What was asked, in full</summary><pre>${text(shellCommand(run.argv))}</pre>
${tableHtml(configTable(run), { most: Infinity })}</details>`,
  ]
  const percent = status.progress && state === 'running' ? `${shareOf(status)} % ` : ''
  return layout({
    title: `${percent}${run.name}: ${state}`,
    main: sections.filter(section => section !== '').join('\n'),
    againMs: state === 'running' ? AGAIN_MS : LATER_MS,
  })
}

const shareOf = ({ progress }: Status): number =>
  progress === undefined ? 0 : Math.floor((100 * progress.done) / Math.max(1, progress.total))

/** The state, for the eye as it changes and for a screen reader at every tenth of the way. */
function standing(run: Run, state: RunState, status: Status): string {
  const tenth =
    status.progress && state === 'running' ? `, ${10 * Math.floor(shareOf(status) / 10)} % done` : ''
  const next =
    state === 'interrupted' || state === 'failed'
      ? `<p class="soft">Go on with:</p><pre>${text(resumeCommand(run.name))}</pre>`
      : ''
  const why = status.error === undefined ? '' : `<p>${text(status.error)}</p>`
  return `<section id="standing"><h2 class="unseen">State</h2><p role="status" class="unseen">${state}${tenth}</p>
<p aria-hidden="true">${stateHtml(state)}</p><p id="progress">${progressHtml(status, state, true)}</p>${why}${next}</section>`
}

function fileList(run: Run, files: readonly string[]): string {
  const item = (file: string) =>
    `<li><a href="${runAddress(run.name)}/files/${file.split('/').map(encodeURIComponent).join('/')}">${text(file)}</a></li>`
  const list = (some: readonly string[]) => {
    const more = some.length - MOST_LISTED
    return `<ul class="files">${some.slice(0, MOST_LISTED).map(item).join('')}${more > 0 ? `<li>and ${more} more in ${text(run.folder)}</li>` : ''}</ul>`
  }
  const below = files.filter(file => file.includes('/'))
  return `<section id="files"><h2>Files</h2>${list(files.filter(file => !below.includes(file)))}</section>
${below.length > 0 ? `<details id="below"><summary>Figures and tables as files (${below.length})</summary>${list(below)}</details>` : ''}`
}

function configTable({ seed, versions, config }: Run): ReportTable {
  const rows = [...flatConfig({ seed, versions, ...(config as object) })]
  return { title: 'Configuration', columns: ['key', 'value'], rows }
}
