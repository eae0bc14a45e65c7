import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { RunError } from '../errors.js'
import { onDisk } from './disk-failure.js'
import { refuseLinks } from './refuse-links.js'
import type { Run } from './run.js'

interface Owner {
  readonly pid: number
  readonly host: string
  /** Tells a process from a later one that was given the same pid; absent where the system does not say. */
  readonly born?: string
}

const held = new Set<string>()
const lockFile = (run: Run): string => join(run.folder, 'lock')

/**
 * Does `work` while this process alone may change the run. Throws RunError when another process holds it; the
 * lock of a process that is no more is taken over. May be nested.
 */
export async function withLock<T>(run: Run, work: () => Promise<T>): Promise<T> {
  const key = resolve(run.folder)
  if (held.has(key)) return work()
  refuseLinks(run)
  onDisk(run, () => take(run))
  held.add(key)
  try {
    return await work()
  } finally {
    held.delete(key)
    rmSync(lockFile(run), { force: true })
  }
}

/** True while a living process works on the run. */
export function isLocked(run: Run): boolean {
  const owner = read(lockFile(run))
  return owner !== undefined && isAlive(owner)
}

function take(run: Run): void {
  const file = lockFile(run)
  const aside = `${file}-${process.pid}`
  writeFileSync(aside, JSON.stringify(describe(process.pid)))
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (link(aside, file)) return
      const owner = read(file)
      if (owner !== undefined && isAlive(owner)) throw new RunError(explain(run, owner))
      evict(file, owner)
    }
    throw new RunError(`Other processes keep taking run ${run.name}; see: tandem runs list`)
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Hard links are made by one process only, and never half-written. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a stale lock away, and puts it back if a quicker process had replaced it by its own. */
function evict(file: string, stale: Owner | undefined): void {
  const moved = `${file}-stale-${process.pid}`
  try {
    renameSync(file, moved)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (JSON.stringify(read(moved)) !== JSON.stringify(stale)) link(moved, file)
  rmSync(moved, { force: true })
}

/** Undefined where there is no lock, or none that makes sense. */
function read(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner> | null
    return Number.isSafeInteger(owner?.pid) && owner!.pid! > 0 && typeof owner!.host === 'string'
      ? (owner as Owner)
      : undefined
  } catch {
    return undefined
  }
}

function describe(pid: number): Owner {
  const born = birth(pid)
  return { pid, host: hostname(), ...(born === undefined ? {} : { born }) }
}

/** When the process started, in ticks since boot (Linux). */
function birth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function isAlive({ pid, host, born }: Owner): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return born === undefined || birth(pid) === born
}

function explain(run: Run, { pid, host }: Owner): string {
  if (host === hostname())
    return `Run ${run.name} is being worked on by process ${pid}. Wait for it, or stop it first.`
  return `Run ${run.name} is held by process ${pid} on ${host}. If that is gone, delete ${lockFile(run)} and try again.`
}
