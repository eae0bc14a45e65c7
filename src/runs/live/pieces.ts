import type { ReportTable } from '../cell.js'
import { duration } from '../duration.js'
import { escapeHtml as text } from '../escape-html.js'
import { paceText } from '../pace-text.js'
import { tableHtml } from '../report-table.js'
import type { RunState, Status } from '../status.js'

/** Pieces of HTML that several live pages show. */

export const runAddress = (name: string): string => `/runs/${encodeURIComponent(name)}`

export const stateHtml = (state: RunState): string => `<span class="state ${state}">${state}</span>`

export const timeHtml = (iso: string): string =>
  `<time datetime="${text(iso)}">${text(String(iso).slice(0, 16).replace('T', ' '))}</time>`

/** A bar, and beside it in words how far the run is and, while it goes on, how fast. */
export function progressHtml({ progress }: Status, state: RunState, whole = false): string {
  if (progress === undefined) return ''
  const { done, total, label } = progress
  const pace = state === 'running' ? paceText(progress) : ''
  const words = [`${done}/${total}`, label, pace].filter(part => part !== '').join(', ')
  return `<progress${whole ? ' class="whole"' : ''} max="${Number(total)}" value="${Number(done)}" aria-label="${text(`progress: ${label}`)}"></progress> ${text(words)}`
}

export const tableSection = (table: ReportTable): string =>
  `<section><h2>${text(table.title)}</h2>${tableHtml(table)}</section>`

export const workedFor = ({ seconds }: Status): string => `worked for ${duration(seconds)}`

/** `1 run`, `12,000 runs`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`
