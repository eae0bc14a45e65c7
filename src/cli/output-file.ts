import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InputError } from '../errors.js'

/** The absolute path of a file that can be written later; said now, not after minutes of work. */
export function outputFile(file: string): string {
  const kindOf = (path: string) => statSync(path, { throwIfNoEntry: false })
  if (kindOf(file)?.isDirectory()) throw new InputError(`--out ${file}: is a folder; name a file in it`)
  if (!kindOf(dirname(resolve(file)))?.isDirectory()) {
    throw new InputError(`--out ${file}: its folder does not exist`)
  }
  return resolve(file)
}
