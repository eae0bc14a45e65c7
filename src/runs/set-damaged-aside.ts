import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { RunError } from '../errors.js'
import { loadCheckpoint } from './checkpoint.js'
import { withLock } from './lock.js'
import type { Run } from './run.js'

/**
 * Where none of the checkpoints of a run is whole, renames them and the journal, so that the run begins again; nothing is
 * deleted. Says what was done, or undefined where the run can go on. Throws RunError when another process holds it.
 */
export function setDamagedAside(run: Run): Promise<string | undefined> {
  return withLock(run, async () => {
    try {
      loadCheckpoint(run)
      return undefined
    } catch (error) {
      if (!(error instanceof RunError)) throw error
    }
    const kept = ['checkpoint', 'journal.ndjson'].flatMap(name => setAside(run, name) ?? [])
    return `No checkpoint of run ${run.name} is whole: it begins again, and what there was is kept as ${kept.join(' and ')}.`
  })
}

function setAside({ folder }: Run, name: string): string | undefined {
  if (!existsSync(join(folder, name))) return undefined
  for (let n = 1; ; n++) {
    const damaged = `damaged-${n}-${name}`
    if (existsSync(join(folder, damaged))) continue
    renameSync(join(folder, name), join(folder, damaged))
    return damaged
  }
}
