import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Said, Task, Tried } from './fuzz-process.js'

/** A case that did not end as promised; reader, seed and number make its file again. */
export interface Failure {
  readonly reader: string
  readonly seed: number
  readonly case: number
  readonly problem: string
}

export interface Fuzzed {
  /** By reader. */
  readonly tried: ReadonlyMap<string, Tried>
  readonly failures: readonly Failure[]
}

export interface FuzzOptions extends Pick<Task, 'readers' | 'seed' | 'seconds' | 'cases'> {
  readonly module?: string
  readonly from?: number
  /** Seconds of processor time, or ten times as many on the clock, that one case may take before it counts as a hang. */
  readonly patience?: number
}

const PROCESS = fileURLToPath(new URL('./fuzz-process.js', import.meta.url))
const READERS = new URL('./readers.js', import.meta.url).href
const HEAP_MIB = 768
/** A reader that kills this many processes is known well enough. */
const MOST_DEATHS = 10

const NOTHING: Tried = { cases: 0, seconds: 0, slowest: 0, most: 0, values: 0 }

const sum = (a: Tried, b: Tried): Tried => ({
  cases: a.cases + b.cases,
  seconds: a.seconds + b.seconds,
  slowest: Math.max(a.slowest, b.slowest),
  most: Math.max(a.most, b.most),
  values: a.values + b.values,
})

/**
 * Lets readers read damaged files, in a process of its own, until the seconds of each are used up. A process that dies or hangs
 * is a failure of the case that it was at, and another goes on behind it.
 */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const { module = READERS, patience = 30, readers, from = 0, ...rest } = options
  const tried = new Map<string, Tried>()
  const failures: Failure[] = []
  let [left, next, deaths] = [readers, from, 0]
  while (left.length > 0) {
    const part = await once({ ...rest, module, readers: left, from: next }, patience)
    for (const [name, found] of part.tried) tried.set(name, sum(tried.get(name) ?? NOTHING, found))
    failures.push(...part.failures)
    if (part.died === undefined) break
    const { reader, at } = part.died
    deaths = reader === left[0] ? deaths + 1 : 1
    const enough = deaths >= MOST_DEATHS || options.cases !== undefined
    left = left.slice(left.indexOf(reader) + (enough ? 1 : 0))
    next = enough ? 0 : at + 1
  }
  return { tried, failures }
}

interface Part extends Fuzzed {
  /** Where the process was when it died. */
  readonly died?: { readonly reader: string; readonly at: number }
}

async function once(task: Omit<Task, 'folder'>, patience: number): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-fuzz-'))
  const argv = [
    `--max-old-space-size=${HEAP_MIB}`,
    PROCESS,
    JSON.stringify({ ...task, folder } satisfies Task),
  ]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  const tried = new Map<string, Tried>()
  const failures: Failure[] = []
  const fail = (reader: string, at: number, problem: string) =>
    failures.push({ reader, seed: task.seed, case: at, problem })
  let now = { reader: task.readers[0]!, from: task.from, at: task.from }
  let [hung, errors] = [false, '']
  let [heard, since, spent] = [true, 0, 0]
  // A machine that has no time for the process is not the process's fault.
  const timer = setInterval(() => {
    if (heard) [heard, since, spent] = [false, performance.now(), processorSeconds(child.pid!)]
    hung = processorSeconds(child.pid!) - spent > patience || performance.now() - since > 10_000 * patience
    if (hung) child.kill('SIGKILL')
  }, 1000)
  child.stderr.on('data', text => {
    errors = `${errors}${text}`.slice(-2000)
  })
  createInterface({ input: child.stdout }).on('line', line => {
    if (!line.startsWith('{"reader"')) return
    heard = true
    const { reader, ...said } = JSON.parse(line) as Said
    if ('began' in said) now = { reader, from: reader === now.reader ? now.from : said.began, at: said.began }
    else if ('failed' in said) fail(reader, said.failed, said.problem)
    else tried.set(reader, said.tried)
  })
  const [code, signal] = await new Promise<[number | null, string | null]>(resolve =>
    child.on('close', (...ended) => resolve(ended)),
  )
  clearInterval(timer)
  rmSync(folder, { recursive: true, force: true })
  if (code === 0) return { tried, failures }
  const { reader, from, at } = now
  const end = signal === null ? `ended with ${code}` : `was killed by ${signal}`
  fail(
    reader,
    at,
    hung ? `hung: nothing came of it in ${patience} s of processor time` : `the process ${end}\n${errors}`,
  )
  tried.set(reader, { ...NOTHING, cases: at + 1 - from })
  return { tried, failures, died: { reader, at } }
}

/** That a process has used so far; 0 where the system does not say. */
function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [user, kernel] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(kernel)) / 100
  } catch {
    return 0
  }
}
