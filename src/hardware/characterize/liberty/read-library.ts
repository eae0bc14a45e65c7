import { readFileSync, statSync } from 'node:fs'
import { InputError } from '../../../errors.js'
import { gunzipText } from '../../../gunzip-text.js'
import { sha256 } from '../../../sha256.js'
import { compileLibrary } from './compile-library.js'
import type { Library } from './library.js'
import { parseLiberty } from './parse-liberty.js'

const LARGEST = 256 * 2 ** 20

/**
 * Reads a standard cell library in liberty format, `.lib` or `.lib.gz`, 256 MiB of text at most. Throws InputError
 * when the file is missing or too large, is not liberty, or lacks what characterization needs, saying what.
 */
export function readLibrary(file: string): Library {
  const bytes = contents(file)
  const text = bytes.toString('utf8')
  return compileLibrary(parseLiberty(text, file), file, sha256(bytes))
}

function contents(file: string): Buffer {
  try {
    const { size } = statSync(file)
    if (size > LARGEST) throw new InputError(`${file}: larger than 256 MiB`)
    const bytes = readFileSync(file)
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
    return packed ? gunzipText(bytes, LARGEST) : bytes
  } catch (error) {
    if (error instanceof InputError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new InputError(`${file}: no such file; --library names a liberty file`)
    if (code === 'EISDIR') throw new InputError(`${file}: is a folder, expected a liberty file`)
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new InputError(`${file}: unpacks to far more than a library has`)
    throw new InputError(`${file}: cannot be read (${message})`)
  }
}
