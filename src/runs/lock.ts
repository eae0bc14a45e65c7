import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { RunError } from '../errors.js'
import { onDisk } from './disk-failure.js'
import { explain, isAlive, isOwn, lockFile, type Owner, readOwner, thisProcess } from './lock-owner.js'
import { refuseLinks } from './refuse-links.js'
import type { Run } from './run.js'

const held = new Set<string>()

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
    giveBack(run)
  }
}

/** A disk that refuses must not hide what went wrong; the lock of a process that is no more harms nobody. */
function giveBack(run: Run): void {
  try {
    rmSync(lockFile(run), { force: true })
  } catch {}
}

function take(run: Run): void {
  const file = lockFile(run)
  const aside = `${file}-${process.pid}`
  writeFileSync(aside, JSON.stringify(thisProcess()))
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (link(aside, file)) return
      const owner = readOwner(file)
      if (owner !== undefined && !isOwn(owner) && isAlive(owner)) throw new RunError(explain(run, owner))
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
  if (JSON.stringify(readOwner(moved)) !== JSON.stringify(stale)) link(moved, file)
  rmSync(moved, { force: true })
}
