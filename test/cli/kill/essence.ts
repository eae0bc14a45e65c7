import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCheckpoint, openRun, readJournal, readResult } from '../../../src/runs/index.js'

/** Facts of the machine and the hour, wherever they stand. */
const PASSING = new Set(['at', 'effort', 'machine', 'measured', 'run', 'seconds', 'started'])

/** Compared in another way. */
const ELSEWHERE = /^(config|status|result|report)\.json$|^journal\.ndjson$|^report\.html$|^checkpoint\//

/** Drawn, of what is measured too. */
const DRAWN = /^(figures|tables)\//

/** All of a run that must not depend on when and how often it was stopped. */
export function essence(root: string, name: string): unknown {
  const run = openRun(root, name)
  const { step, journalBytes, snapshot } = loadCheckpoint(run)!
  const tensors = Object.entries(snapshot.tensors).map(([name, { shape, data }]) => [
    name,
    shape,
    digest(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ])
  const files = (readdirSync(run.folder, { recursive: true, withFileTypes: true }) ?? [])
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(run.folder.length + 1))
    .filter(file => !ELSEWHERE.test(file))
    .toSorted()
  return lasting({
    result: readResult(run),
    journal: readJournal(run).map(({ step, entry }) => ({ step, entry })),
    checkpoint: { step, journalBytes, json: snapshot.json, tensors },
    files: files.map(file => [file, DRAWN.test(file) ? '' : contents(join(run.folder, file))]),
  })
}

function contents(file: string): unknown {
  const bytes = readFileSync(file)
  if (file.endsWith('.json')) return lasting(JSON.parse(bytes.toString()))
  if (file.endsWith('.csv')) return withoutSeconds(bytes.toString())
  return digest(bytes)
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A value without what is passing. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !PASSING.has(key))
      .map(([key, part]) => [key, lasting(part)]),
  )
}

function withoutSeconds(text: string): readonly string[] {
  const [head = '', ...rows] = text.split(/\r?\n/)
  const at = head.split(',').indexOf('seconds')
  return [
    head,
    ...rows.map(row =>
      row
        .split(',')
        .filter((_, i) => i !== at)
        .join(),
    ),
  ]
}
