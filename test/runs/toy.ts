import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'tandem-runs-'))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly process: ChildProcessByStdio<null, Readable, Readable>
  /** Resolves when the run works, or has ended before. */
  readonly working: Promise<void>
  readonly ended: Promise<Ended>
}

/** Starts a compiled script with run folders under `root`. */
export function start(script: string, argv: readonly string[], root: string, resume = false): Started {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const env = { ...process.env, TANDEM_RUNS: root, TOY_RESUME: resume ? 'yes' : '' }
  const child = spawn(process.execPath, [file, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', text => {
    stdout += text
  })
  const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  const working = new Promise<void>(resolve => {
    child.stderr.on('data', text => {
      stderr += text
      if (/walk \d/.test(stderr)) resolve()
    })
    void ended.then(() => resolve())
  })
  return { process: child, working, ended }
}

export const startToy = (argv: readonly string[], root: string, resume = false): Started =>
  start('./toy-process.js', ['toy', ...argv], root, resume)

export const toy = (argv: readonly string[], root: string, resume = false): Promise<Ended> =>
  startToy(argv, root, resume).ended

/** All of a run that must not depend on when and how often it was stopped. */
export function essence(root: string, name: string): unknown {
  const run = openRun(root, name)
  const { seconds: _, run: __, ...result } = readResult(run)!
  const journal = readJournal(run).map(({ step, entry }) => ({ step, entry }))
  return { result, journal, position: readFileSync(join(run.folder, 'position.json'), 'utf8') }
}
