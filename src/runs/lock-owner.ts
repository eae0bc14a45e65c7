import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { RunError } from '../errors.js'
import type { Run } from './run.js'

/** The process that holds a run. */
export interface Owner {
  readonly pid: number
  readonly host: string
  /** Tells a process from a later one that was given the same pid; absent where the system does not say. */
  readonly born?: string
}

export const lockFile = ({ folder }: Pick<Run, 'folder'>): string => join(folder, 'lock')

/** True while a living process works on the run. */
export function isLocked(run: Pick<Run, 'folder'>): boolean {
  // Of thousands of runs few have a lock, and a read that fails takes ten times as long.
  if (!existsSync(lockFile(run))) return false
  const owner = readOwner(lockFile(run))
  return owner !== undefined && isAlive(owner)
}

/** Throws RunError, saying who works on it, where `isLocked`. */
export function checkUnlocked(run: Pick<Run, 'folder' | 'name'>): void {
  const owner = readOwner(lockFile(run))
  if (owner !== undefined && isAlive(owner)) throw new RunError(explain(run, owner))
}

/** Undefined where there is no lock, or none that makes sense. */
export function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner> | null
    return Number.isSafeInteger(owner?.pid) && owner!.pid! > 0 && typeof owner!.host === 'string'
      ? (owner as Owner)
      : undefined
  } catch {
    return undefined
  }
}

/** This process, as others will find it. */
export function thisProcess(): Owner {
  const born = birth(process.pid)
  return { pid: process.pid, host: hostname(), ...(born === undefined ? {} : { born }) }
}

/** Whether a lock is this process's, left behind where it does not hold the run. */
export const isOwn = ({ pid, host, born }: Owner): boolean =>
  pid === process.pid && host === hostname() && (born === undefined || born === birth(pid))

/** When the process started, in ticks since boot (Linux). */
function birth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

export function isAlive({ pid, host, born }: Owner): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return born === undefined || birth(pid) === born
}

export function explain(run: Pick<Run, 'folder' | 'name'>, { pid, host }: Owner): string {
  if (host === hostname())
    return `Run ${run.name} is being worked on by process ${pid}. Wait for it, or stop it first.`
  return `Run ${run.name} is held by process ${pid} on ${host}. If that is gone, delete ${lockFile(run)} and try again.`
}
