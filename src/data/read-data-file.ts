import { readFile } from 'node:fs/promises'
import { DataError } from '../errors.js'

/**
 * The bytes of one file of a data set.
 * @throws DataError naming the file, and `remedy` when there is none.
 */
export async function readDataFile(file: string, remedy: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new DataError(`${file}: no such file; ${remedy}`)
    throw new DataError(`${file}: cannot be read (${message}); check what it is and its permissions`)
  }
}
