import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openRun } from './run.js'
import { runsRoot } from './run-name.js'
import { type RunState, readStatus, runState, type Status } from './status.js'

/** One line of `tandem runs list`. */
export interface RunSummary extends Status {
  readonly name: string
  readonly command: string
  readonly state: RunState
  readonly started: string
}

/** All runs under `root`, the oldest first. A folder without config.json is none; a damaged one has failed. */
export function listRuns(root: string = runsRoot()): readonly RunSummary[] {
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter(name => !name.startsWith('.') && existsSync(join(root, name, 'config.json')))
    .map(name => summary(root, name))
    .sort((a, b) => a.started.localeCompare(b.started) || a.name.localeCompare(b.name))
}

function summary(root: string, name: string): RunSummary {
  try {
    const run = openRun(root, name)
    return { name, command: run.command, state: runState(run), started: run.started, ...readStatus(run) }
  } catch (error) {
    return { name, command: '?', state: 'failed', started: '', seconds: 0, error: (error as Error).message }
  }
}
