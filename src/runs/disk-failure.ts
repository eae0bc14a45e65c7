import { RunError } from '../errors.js'
import { checkpointStep } from './checkpoint.js'
import { type Run, resumeCommand } from './run.js'

const REASONS: Readonly<Record<string, string>> = Object.freeze({
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EFBIG: 'The file would be larger than the file system allows',
  EROFS: 'The disk is read-only',
  EIO: 'The disk reports an input/output error',
  EACCES: 'Permission was refused',
})

/**
 * Does `write`; when the disk refuses, throws a RunError that says why, what is safe and how to go on. Nothing
 * that was whole on disk is harmed: see `writeAside`.
 */
export function onDisk<T>(run: Run, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === undefined ? undefined : REASONS[code]
    if (reason === undefined) throw error
    const step = checkpointStep(run)
    const safe =
      step === undefined ? 'No checkpoint had been written yet.' : `Safe: the checkpoint of step ${step}.`
    throw new RunError(
      `${reason}: run ${run.name} could not write to ${run.folder} (${message}).\n${safe} When that is mended, continue with: ${resumeCommand(run.name)}`,
    )
  }
}
