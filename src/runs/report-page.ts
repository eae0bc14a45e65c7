import { formatCell, isNumeric, type ReportTable } from './cell.js'
import { escapeHtml as text } from './escape-html.js'

/** Everything on the page, drawn and formatted. */
export interface Page {
  readonly title: string
  readonly subtitle: string
  readonly asked: readonly string[]
  readonly notes: readonly string[]
  readonly tables: readonly ReportTable[]
  readonly figures: readonly { readonly title: string; readonly svg: string }[]
  readonly command: string
  readonly facts: readonly (readonly [string, string])[]
}

export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6670; --line: #dfe3e7; --ground: #ffffff; --panel: #f5f7f8 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebee; --soft: #9aa5af; --line: #333b43; --ground: #14181c; --panel: #1d2329 }
}
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
.soft { color: var(--soft); margin: .3rem 0 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
th, td { padding: .35rem .9rem .35rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap }
th { color: var(--soft); font-weight: 500 }
.number { text-align: right }
figure { margin: 0 }
svg { display: block; max-width: 100%; min-width: 34rem; height: auto }
pre { background: var(--panel); padding: .8rem 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
ul { padding-left: 1.2rem } li { overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
@media print { body { max-width: none } }`

export function table({ title, columns, rows }: ReportTable): string {
  const css = columns.map((_, column) => (isNumeric(rows, column) ? ' class="number"' : ''))
  const head = columns.map((name, column) => `<th scope="col"${css[column]}>${text(name)}</th>`).join('')
  const body = rows
    .map(
      row => `<tr>${row.map((cell, i) => `<td${css[i] ?? ''}>${text(formatCell(cell))}</td>`).join('')}</tr>`,
    )
    .join('\n')
  return `<section><h2>${text(title)}</h2>
<div class="wide"><table aria-label="${text(title)}"><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div></section>`
}

const list = (items: readonly string[]): string =>
  `<ul>${items.map(item => `<li>${text(item)}</li>`).join('')}</ul>`

/** One HTML file that needs nothing else: no scripts, no links, light and dark, readable on a phone. */
export function reportPage(page: Page): string {
  const sections = [
    page.asked.length > 0 ? `<section><h2>Asked for</h2>${list(page.asked)}</section>` : '',
    ...page.tables.map(table),
    ...page.figures.map(
      ({ title, svg }) => `<section><h2>${text(title)}</h2><figure class="wide">${svg}</figure></section>`,
    ),
    page.notes.length > 0 ? `<section><h2>Notes</h2>${list(page.notes)}</section>` : '',
    `<section><h2>To repeat it</h2><pre>${text(page.command)}</pre>
<dl>${page.facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('\n')}</dl></section>`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(page.title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<header><h1>${text(page.title)}</h1><p class="soft">${text(page.subtitle)}</p></header>
${sections.filter(section => section !== '').join('\n')}
</body>
</html>
`
}
