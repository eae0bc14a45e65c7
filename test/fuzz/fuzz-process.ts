import { mkdirSync, readdirSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { caseBytes } from './cases.js'
import { judge } from './judge.js'
import type { Reader } from './reader.js'

/** What a process is asked to do, as its argument. */
export interface Task {
  /** Module that exports `readers`. */
  readonly module: string
  /** Names of those to try, one after the other. */
  readonly readers: readonly string[]
  readonly seed: number
  /** The first case, of the first reader. */
  readonly from: number
  /** Of processor time for a reader, making files included, after which no further case of it is begun. */
  readonly seconds: number
  /** Most cases of a reader. */
  readonly cases?: number | undefined
  /** A new folder. */
  readonly folder: string
}

/** What came of the cases of a reader. */
export interface Tried {
  readonly cases: number
  /** Of processor time. */
  readonly seconds: number
  /** Seconds of the slowest case, and bytes that the largest took. */
  readonly slowest: number
  readonly most: number
  /** Cases that gave a value. */
  readonly values: number
}

/** What it says, a line each: which case it begins, what went wrong in one, and what came of a reader. */
export type Said = { readonly reader: string } & (
  | { readonly began: number }
  | { readonly failed: number; readonly problem: string }
  | { readonly tried: Tried }
)

/** The first cases of a reader, its whole files and some that are not, are tried however little time there is. */
const AT_LEAST = 6

// Written at once: whatever a case does to this process, what it was is known.
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`)

async function attempt(reader: Reader, task: Task, from: number): Promise<void> {
  const { name } = reader
  const folder = join(task.folder, name.replaceAll(/\W+/g, '-'))
  const file = join(folder, 'read', 'here', reader.file)
  mkdirSync(dirname(file), { recursive: true })
  const seeds = await reader.seeds()
  await reader.prepare?.(join(folder, 'read', 'here'))
  const own = reader.writes === undefined ? undefined : join('read', 'here', reader.writes)
  const list = () =>
    (readdirSync(folder, { recursive: true }) as string[])
      .filter(each => own === undefined || !each.startsWith(own))
      .sort()
      .join('\n')
  const start = process.cpuUsage()
  const seconds = () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  let [slowest, most, values, at] = [0, 0, 0, from]
  let before = ''
  const end = from + (task.cases ?? Number.POSITIVE_INFINITY)
  for (; at < end && (at < AT_LEAST || seconds() < task.seconds); at++) {
    say({ reader: name, began: at })
    const verdict = await judge(reader, file, caseBytes(reader, seeds, task.seed, at))
    slowest = Math.max(slowest, verdict.seconds)
    most = Math.max(most, verdict.memory)
    if (verdict.ended === 'value') values++
    if (verdict.problem !== undefined) say({ reader: name, failed: at, problem: verdict.problem })
    else if (at < seeds.length && verdict.ended !== 'value')
      say({ reader: name, failed: at, problem: 'a whole file was refused' })
    before ||= list()
  }
  if (list() !== before) say({ reader: name, failed: at - 1, problem: `files came or went:\n${list()}` })
  say({ reader: name, tried: { cases: at - from, seconds: seconds(), slowest, most, values } })
}

const task = JSON.parse(process.argv[2]!) as Task
const { readers } = (await import(task.module)) as { readers: readonly Reader[] }
for (const [i, name] of task.readers.entries())
  await attempt(readers.find(reader => reader.name === name)!, task, i === 0 ? task.from : 0)
