import type { Cell, ReportTable } from './cell.js'
import { escapeHtml as text } from './escape-html.js'
import { REPORT_SCRIPT, SCRIPT_HASH } from './report-script.js'
import { REPORT_STYLE } from './report-style.js'
import { cellHtml, type Links, tableHtml } from './report-table.js'

/** A figure, drawn; where it and its data lie beside the page. */
export interface DrawnFigure {
  readonly title: string
  readonly svg: string
  readonly files: readonly string[]
  /** Its data where they are few enough to be read. */
  readonly data: readonly ReportTable[]
}

export interface DrawnDetail {
  readonly id: string
  readonly title: string
  readonly facts: readonly (readonly [string, Cell])[]
  readonly tables: readonly ReportTable[]
  readonly figures: readonly DrawnFigure[]
}

/** Everything on the page, drawn and formatted. */
export interface Page {
  readonly title: string
  readonly subtitle: string
  readonly asked: readonly string[]
  /** Whether it was got. */
  readonly verdict: string | undefined
  readonly notes: readonly string[]
  readonly tables: readonly ReportTable[]
  readonly figures: readonly DrawnFigure[]
  readonly details: readonly DrawnDetail[]
  /** What the journal told on the way. */
  readonly journal: readonly DrawnFigure[]
  readonly links: Links
  readonly command: string
  readonly facts: readonly (readonly [string, string])[]
}

const list = (items: readonly string[]): string =>
  `<ul>${items.map(item => `<li>${text(item)}</li>`).join('')}</ul>`

const facts = (pairs: readonly (readonly [string, Cell])[], links: Links): string =>
  pairs.length === 0
    ? ''
    : `<dl>${pairs.map(([name, value]) => `<dt>${text(name)}</dt><dd>${cellHtml(value, links)}</dd>`).join('\n')}</dl>`

/** Letters do not shrink with a narrow page beyond what can be read: the figure scrolls within its box instead. */
const readable = (svg: string): string =>
  svg.replace(
    / width="([\d.]+)"/,
    (whole, width: string) => `${whole} style="min-width:${Math.round(0.75 * Number(width))}px"`,
  )

function figure({ title, svg, files, data }: DrawnFigure): string {
  const named = files
    .map((file, i) => `<a href="${text(file)}">${i === 0 ? 'SVG' : i === 1 ? 'CSV' : `CSV ${i}`}</a>`)
    .join(', ')
  const tables = data.map(table => tableHtml(table, { most: Infinity })).join('\n')
  const caption =
    tables === ''
      ? `<figcaption class="soft">${named}</figcaption>`
      : `<figcaption class="soft">${named}<details><summary>Data</summary>${tables}</details></figcaption>`
  return `<figure aria-label="${text(title)}"><div class="wide">${readable(svg)}</div>${caption}</figure>`
}

function detail({ id, title, facts: pairs, tables, figures }: DrawnDetail, links: Links): string {
  const parts = [
    facts(pairs, links),
    ...tables.map(table => `<h4>${text(table.title)}</h4>${tableHtml(table, { links })}`),
    ...figures.map(drawn => `<h4>${text(drawn.title)}</h4>${figure(drawn)}`),
  ]
  return `<details class="detail"><summary><h3>${text(title)}</h3></summary><div id="${id}">${parts.join('\n')}</div></details>`
}

interface Section {
  readonly title: string
  readonly body: string
}

function sectionsOf(page: Page): readonly Section[] {
  const { links } = page
  const asked = [
    page.asked.length > 0 ? list(page.asked) : '',
    page.verdict === undefined ? '' : `<p>${text(page.verdict)}</p>`,
  ].join('')
  const journal = page.journal.map(drawn => `<h3>${text(drawn.title)}</h3>${figure(drawn)}`).join('\n')
  const sections: readonly Section[] = [
    { title: 'Asked for', body: asked },
    ...page.tables.map(table => ({ title: table.title, body: tableHtml(table, { links }) })),
    ...page.figures.map(drawn => ({ title: drawn.title, body: figure(drawn) })),
    { title: 'One by one', body: page.details.map(each => detail(each, links)).join('\n') },
    {
      title: 'What the journal tells',
      body: journal && `<details><summary>Every number over the steps</summary>${journal}</details>`,
    },
    { title: 'Notes', body: page.notes.length > 0 ? list(page.notes) : '' },
    { title: 'To repeat it', body: `<pre>${text(page.command)}</pre>${facts(page.facts, links)}` },
  ]
  return sections.filter(({ body }) => body !== '')
}

/**
 * One HTML file that needs nothing else and fetches nothing, light and dark, readable on a phone; its links lead to its own
 * sections and to the files beside it. Its one script is named by its hash.
 */
export function reportPage(page: Page): string {
  const sections = sectionsOf(page)
  const contents = sections.map(({ title }, i) => `<li><a href="#section-${i + 1}">${text(title)}</a></li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'">
<title>${text(page.title)}</title>
<style>${REPORT_STYLE}
</style>
</head>
<body>
<header><h1>${text(page.title)}</h1><p class="soft">${text(page.subtitle)}</p></header>
<nav aria-label="On this page"><ul>${contents.join('')}</ul></nav>
<main>
${sections.map(({ title, body }, i) => `<section id="section-${i + 1}"><h2>${text(title)}</h2>\n${body}</section>`).join('\n')}
</main>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`
}
