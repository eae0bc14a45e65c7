import { readdirSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Run } from '../run.js'

/** Folders of a run whose files are its own business. */
const INNER = ['checkpoint']

const isInner = (name: string): boolean =>
  name.startsWith('.') || name === 'lock' || /^lock-|\.aside$/.test(name)

/**
 * The files of a run that a reader may ask for, relative to its folder, `/` between parts: regular files there and one
 * folder below. A link that leads out of the folder is none.
 */
export function runFiles(run: Run): readonly string[] {
  const folder = realpathSync(run.folder)
  const within = (path: string) =>
    readdirSync(join(folder, path), { withFileTypes: true })
      .filter(({ name }) => !isInner(name))
      .map(entry => ({ entry, path: path === '' ? entry.name : `${path}/${entry.name}` }))
  return within('')
    .flatMap(({ entry, path }) =>
      entry.isDirectory() && !INNER.includes(path) ? within(path) : [{ entry, path }],
    )
    .filter(({ entry }) => entry.isFile())
    .map(({ path }) => path)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** The path of a file that `runFiles` lists, undefined for any other name. */
export function runFile(run: Run, file: string): string | undefined {
  if (!runFiles(run).includes(file)) return undefined
  const path = realpathSync(join(run.folder, file))
  return relative(realpathSync(run.folder), path).startsWith(`..${sep}`) ? undefined : path
}
