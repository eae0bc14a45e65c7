import { readdirSync } from 'node:fs'
import {
  askedLines,
  duration,
  type Run,
  readResult,
  readStatus,
  resultTables,
  resumeCommand,
  retryCommand,
  runState,
  shellCommand,
} from '../runs/index.js'

import { table } from './table.js'

const KEPT = ['network.onnx', 'supernet.safetensors', 'result.json', 'report.html', 'journal.ndjson']

/** What `tandem runs show` prints. */
export function describeRun(run: Run): string {
  const state = runState(run)
  const { progress, seconds, error, endedEarly } = readStatus(run)
  const result = readResult(run)
  const present = new Set(readdirSync(run.folder))
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['run', run.name],
    [
      'state',
      error === undefined
        ? `${state}${endedEarly ? ', cut short by its deadline' : ''}`
        : `${state}: ${error}`,
    ],
    ['progress', progress && `${progress.done} of ${progress.total}, ${progress.label}`],
    ['started', `${run.started.slice(0, 16).replace('T', ' ')} UTC, worked for ${duration(seconds)}`],
    ['seed', String(run.seed)],
    ['repeat with', shellCommand(run.argv)],
    ['resume with', state === 'interrupted' || endedEarly ? resumeCommand(run.name) : undefined],
    ['retry with', state === 'failed' ? retryCommand(run.name) : undefined],
    ['asked for', result && (askedLines(result).join(', ') || undefined)],
    ['folder', `${run.folder}: ${KEPT.filter(file => present.has(file)).join(', ')}`],
  ]
  const head = facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(13)}${value}\n`)
    .join('')
  const tables = result === undefined ? [] : resultTables(result)
  return head + tables.map(({ title, columns, rows }) => `\n${title}\n${table(columns, rows)}`).join('')
}
