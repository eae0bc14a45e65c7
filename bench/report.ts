import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRun, type Run } from '../src/runs/index.js'
import { type Bench, integerOption, row } from './bench.js'

/** What a report of a million events may take, start of the program included. */
const MOST = { events: 1_000_000, seconds: 10, megabytes: 500 }

/** Lines that are written at once. */
const CHUNK = 10_000

/** A journal such as a search of many steps writes, of three networks in turn. */
export function writeEvents(run: Run, events: number): void {
  const handle = openSync(join(run.folder, 'journal.ndjson'), 'w')
  const at = new Date(0).toISOString()
  for (let first = 1; first <= events; first += CHUNK) {
    const lines = Array.from({ length: Math.min(CHUNK, events - first + 1) }, (_, i) => {
      const step = first + i
      const [loss, accuracy] = [2 / (1 + step / 1e4) + Math.sin(step) / 10, 1 - 1 / (1 + step / 5e4)]
      const entry = { network: `network-${step % 3}`, epoch: Math.floor(step / 1000), loss, accuracy }
      return `${JSON.stringify({ step, entry, at })}\n`
    })
    writeSync(handle, lines.join(''))
  }
  closeSync(handle)
}

export interface ReportEffort {
  readonly seconds: number
  /** Of all threads together: does not depend on what else the machine does. */
  readonly cpuSeconds: number
  /** The most memory that it held at a time. */
  readonly peakMb: number
}

/** Draws the report of a run whose journal has so many events, in a process of its own. */
export function reportEffort(events: number): ReportEffort {
  const root = mkdtempSync(join(tmpdir(), 'tandem-report-'))
  try {
    writeEvents(createRun({ root, name: 'long', command: 'search', config: {}, seed: 0, argv: [] }), events)
    const side = fileURLToPath(new URL('./sides/redraw-report.js', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, [side, root, 'long'], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`the report of ${events} events was not drawn: ${stderr}`)
    return JSON.parse(stdout) as ReportEffort
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** `--events N`: a report drawn from a long journal, against what it may take. */
export const run: Bench = async options => {
  const events = integerOption(options, 'events', MOST.events)
  const { seconds, cpuSeconds, peakMb } = reportEffort(events)
  const name = `report of ${events.toLocaleString('en-US')} events`
  return {
    name: 'report',
    rows: [
      row(`${name}: seconds, of at most`, seconds, MOST.seconds),
      row(`${name}: CPU seconds, of at most`, cpuSeconds, MOST.seconds),
      row(`${name}: most memory, MB, of at most`, peakMb, MOST.megabytes),
    ],
  }
}
