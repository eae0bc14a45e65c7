import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes what was renamed or created in `folder` survive a power cut. Windows cannot; there it does nothing. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Replaces `file` as a whole: written aside, flushed, renamed. Whatever goes wrong, `file` is either what it
 * was or all of `data`.
 */
export function writeAside(file: string, data: string | Uint8Array): void {
  const aside = `${file}.aside`
  try {
    // Never through a link that lies there: what a killed process left is removed, and a new file made.
    rmSync(aside, { force: true })
    const handle = openSync(aside, 'wx')
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(aside, file)
    syncFolder(dirname(file))
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}
