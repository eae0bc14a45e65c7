import { escapeHtml as text } from '../escape-html.js'
import type { RunSummary } from '../list-runs.js'
import { layout } from './layout.js'
import { count, progressHtml, runAddress, stateHtml, timeHtml, workedFor } from './pieces.js'

export interface ListQuery {
  /** Words that a run must all have in its name, command or state. */
  readonly filter: string
  /** From 1. */
  readonly page: number
  /** Runs whose box is checked; those that are on another page stand first, so that a form sends them too. */
  readonly chosen: readonly string[]
}

const RUNS_ON_A_PAGE = 100

/** The list of runs: one form, whose address is all that it remembers. */
export function listPage(all: readonly RunSummary[], { filter, page, chosen }: ListQuery): string {
  const words = filter.toLowerCase().split(/\s+/)
  const found = all.filter(({ name, command, state }) =>
    words.every(word => `${name} ${command} ${state}`.toLowerCase().includes(word)),
  )
  const pages = Math.max(1, Math.ceil(found.length / RUNS_ON_A_PAGE))
  const shown = Math.min(Math.max(1, page), pages)
  const here = found.slice((shown - 1) * RUNS_ON_A_PAGE, shown * RUNS_ON_A_PAGE)
  const kept = all.filter(run => chosen.includes(run.name) && !here.includes(run))
  const running = all.filter(({ state }) => state === 'running').length
  const counted = `${count(all.length, 'run')}, ${running} running`
  const turn = (to: number, name: string) =>
    to < 1 || to > pages
      ? ''
      : `<button id="to-${name.split(' ')[0]!.toLowerCase()}" name="page" value="${to}">${name}</button>`
  const main = `<header><h1>Runs</h1></header>
<form action="/">
<input type="hidden" name="page" value="${shown}">
<div class="bar"><label for="filter" class="unseen">Filter by name, command or state</label>
<input id="filter" type="search" name="q" value="${text(filter)}" placeholder="Filter by name, command or state" autocomplete="off">
<button id="show" name="page" value="1">Filter</button> <button id="compare" formaction="/compare">Compare chosen</button></div>
<p class="soft" role="status">${counted}${filter === '' ? '' : `; ${count(found.length, 'match', 'matches')}`}</p>
${table([...kept, ...here], chosen)}
${pages > 1 ? `<div class="bar"><p>Page ${shown} of ${pages}</p>${turn(shown - 1, 'Newer runs')}${turn(shown + 1, 'Older runs')}</div>` : ''}
</form>`
  return layout({ title: `${running > 0 ? `(${running}) ` : ''}Runs`, main, againMs: 2000 })
}

function table(runs: readonly RunSummary[], chosen: readonly string[]): string {
  if (runs.length === 0) return '<p>No runs here.</p>'
  return `<table class="runs"><caption class="unseen">Runs: those that go on first, then the newest</caption>
<thead><tr><th scope="col"><span class="unseen">Choose</span></th><th scope="col">Run</th><th scope="col">State</th><th scope="col">Progress</th><th scope="col">Started (UTC)</th></tr></thead>
<tbody>${runs.map(run => row(run, chosen.includes(run.name))).join('\n')}</tbody></table>`
}

function row(run: RunSummary, chosen: boolean): string {
  const { name, command, state, started, error } = run
  const why =
    error === undefined ? '' : `<br><span class="soft">${text(error.split('\n')[0]!.slice(0, 120))}</span>`
  return `<tr id="run-${text(name)}"><td><input id="box-${text(name)}" type="checkbox" name="run" value="${text(name)}" aria-label="choose ${text(name)}"${chosen ? ' checked' : ''}></td>
<td><a id="link-${text(name)}" href="${runAddress(name)}">${text(name)}</a> <span class="soft">${command === name.replace(/-\d+$/, '') ? '' : text(command)}</span></td><td>${stateHtml(state)}</td>
<td class="rest">${progressHtml(run, state)}${why}</td><td class="rest soft">${timeHtml(started)}, ${workedFor(run)}</td></tr>`
}
