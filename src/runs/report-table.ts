import { type Cell, formatCell, isNumeric, type ReportTable } from './cell.js'
import { escapeHtml as text } from './escape-html.js'

/** Rows that stand open; more are folded. */
const MOST_OPEN = 24

/** Links of cells, by what stands in them: where it leads. */
export type Links = ReadonlyMap<string, string>

/** A table as HTML, which scrolls within itself; a long one is folded. `heading` is what names it. */
export function tableHtml(
  { columns, rows, title }: ReportTable,
  { links = new Map(), most = MOST_OPEN }: { readonly links?: Links; readonly most?: number } = {},
): string {
  const css = columns.map((_, column) => (isNumeric(rows, column) ? ' class="number"' : ''))
  const head = columns.map((name, column) => `<th scope="col"${css[column]}>${text(name)}</th>`).join('')
  const body = rows
    .map(
      row => `<tr>${row.map((cell, i) => `<td${css[i] ?? ''}>${cellHtml(cell, links)}</td>`).join('')}</tr>`,
    )
    .join('\n')
  const whole = `<div class="wide" tabindex="0" role="region" aria-label="${text(title)}"><table aria-label="${text(title)}"><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>`
  return rows.length > most
    ? `<details><summary>${formatCell(rows.length)} rows</summary>${whole}</details>`
    : whole
}

export function cellHtml(cell: Cell, links: Links): string {
  const shown = text(formatCell(cell))
  const to = typeof cell === 'string' ? links.get(cell) : undefined
  return to === undefined ? shown : `<a href="${text(to)}">${shown}</a>`
}
