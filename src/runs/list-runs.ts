import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readHeader } from './run-header.js'
import { runsRoot } from './run-name.js'
import { type RunState, readStatus, type Status, stateOf } from './status.js'

/** One line of `tandem runs list`. */
export interface RunSummary extends Status {
  readonly name: string
  readonly command: string
  readonly state: RunState
  readonly started: string
}

/** Which runs are listed; what is left out is not asked for. */
export interface RunFilter {
  readonly state?: RunState | undefined
  readonly command?: string | undefined
  /** So many of the newest. */
  readonly limit?: number | undefined
}

/**
 * The runs under `root` that `filter` asks for, the newest last. A folder without config.json is none; a damaged one
 * has failed.
 */
export function listRuns(root: string = runsRoot(), filter: RunFilter = {}): readonly RunSummary[] {
  const { state, command, limit = Infinity } = filter
  const found: RunSummary[] = []
  for (const started of startedRuns(root)) {
    if (found.length >= limit) break
    if (command !== undefined && started.command !== command) continue
    const summary = withState(root, started)
    if (state === undefined || summary.state === state) found.push(summary)
  }
  return found.reverse()
}

/** The names of all runs under `root`, by their folders alone. */
export const runNames = (root: string = runsRoot()): readonly string[] =>
  existsSync(root)
    ? readdirSync(root).filter(name => !name.startsWith('.') && existsSync(join(root, name, 'config.json')))
    : []

/** What is known of a run before its state is asked for. */
type StartedRun = Pick<RunSummary, 'name' | 'command' | 'started' | 'error'>

/** The newest first. */
function startedRuns(root: string): readonly StartedRun[] {
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter(name => !name.startsWith('.'))
    .flatMap(name => startedRun(root, name) ?? [])
    .sort((a, b) => order(b.started, a.started) || order(b.name, a.name))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function startedRun(root: string, name: string): StartedRun | undefined {
  try {
    const { command, started } = readHeader(root, name)
    return { name, command, started }
  } catch (error) {
    if (!existsSync(join(root, name, 'config.json'))) return undefined
    return { name, command: '?', started: '', error: (error as Error).message }
  }
}

/** One run; undefined where there is none. */
export function summaryOf(root: string, name: string): RunSummary | undefined {
  const started = startedRun(root, name)
  return started && withState(root, started)
}

function withState(root: string, run: StartedRun): RunSummary {
  if (run.error !== undefined) return { ...run, state: 'failed', seconds: 0 }
  const folder = { folder: join(root, run.name) }
  const status = readStatus(folder)
  return { ...run, state: stateOf(folder, status), ...status }
}
