import { chartHtml } from '../chart.js'
import { type Comparison, differenceTable } from '../compare.js'
import { escapeHtml as text } from '../escape-html.js'
import { layout } from './layout.js'
import { runAddress, tableSection } from './pieces.js'

/** More differences than this are counted, not shown. */
const MOST_DIFFERENCES = 100

/** Runs beside each other: on a live page, or as a file of its own that opens offline. */
export function comparePage(comparison: Comparison, { live }: { readonly live: boolean }): string {
  const { names, standing, results, fronts, curves } = comparison
  const differences = differenceTable(comparison)
  const left = differences.rows.length - MOST_DIFFERENCES
  const shown = { ...differences, rows: differences.rows.slice(0, MOST_DIFFERENCES) }
  const condensed = differences.rows.length < comparison.differences.length
  const charts = [...fronts, ...curves]
  const name = (run: string) => (live ? `<a href="${runAddress(run)}">${text(run)}</a>` : text(run))
  const main = `<header><h1>${names.map(text).join(', ')}</h1><p class="soft">${names.length} runs compared: ${names.map(name).join(' ')}</p></header>
${tableSection(standing)}
${charts.length > 0 ? `<section id="charts"><h2>Figures</h2><div class="charts">${charts.map(chartHtml).join('\n')}</div></section>` : ''}
${results.map(tableSection).join('\n')}
${differences.rows.length === 0 ? '<section><h2>Differences in what was asked</h2><p>None: the same was asked of all.</p></section>' : tableSection(shown)}
${condensed ? `<p class="soft">Where many keys are one row, equal letters are equal values. All of it: tandem runs compare ${names.map(text).join(' ')} --json</p>` : ''}
${left > 0 ? `<p class="soft">and ${left} more rows</p>` : ''}`
  const page = { title: `Compared: ${names.join(', ')}`, main }
  return layout(live ? { ...page, againMs: 3000 } : page)
}
