import type { Cell } from '../cell.js'
import { escapeHtml as text } from '../escape-html.js'
import type { JournalLine } from '../journal.js'
import { count } from './pieces.js'

/** Longer lists are counted, not told. */
const LONGEST_LIST = 12

/** The newest lines; of how many is not known while the journal is being read. */
export function journalSection(recent: readonly JournalLine[], lines: number | undefined): string {
  if (recent.length === 0)
    return '<section id="journal"><h2>Journal</h2><p class="soft">No lines yet.</p></section>'
  const rows = recent
    .toReversed()
    .map(
      ({ step, entry, at }) =>
        `<tr><td class="number">${step}</td><td>${text(String(at).slice(11, 19))}</td><td>${text(told(entry))}</td></tr>`,
    )
    .join('\n')
  const said =
    lines === undefined
      ? 'Still reading a long journal; these are not its newest lines yet.'
      : `${recent.length} of ${count(lines, 'line')}, the newest first`
  return `<section id="journal"><h2>Journal</h2><div class="wide"><table class="journal"><caption class="unseen">The newest lines of the journal, newest first</caption>
<thead><tr><th scope="col" class="number">step</th><th scope="col">time (UTC)</th><th scope="col">entry</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="soft">${said}</p></section>`
}

/** A journal entry in words. */
const told = (entry: JournalLine['entry']): string =>
  Object.entries(entry)
    .map(([name, value]) => {
      if (!Array.isArray(value)) return `${name} ${short(value as Cell)}`
      return value.length > LONGEST_LIST
        ? `${name} (${value.length} values)`
        : `${name} ${value.map(short).join(' ')}`
    })
    .join(', ')

const short = (value: Cell): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value).slice(0, 200)
