import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { InputError } from '../../../../errors.js'
import type { External } from './tensor.js'

/**
 * Reads values that a model keeps in files beside it. A location is a name from the file, so it must stay in the
 * model's folder, also after links are followed. `onRead` hears of the bytes that it gives. Throws InputError where it does not, or the file is too short.
 */
export function externalData(
  model: string | undefined,
  onRead: (bytes: number) => void = () => {},
): External {
  return (location, offset, length) => {
    const fail = (problem: string): never => {
      throw new InputError(`external data "${location}": ${problem}`)
    }
    if (model === undefined)
      return fail('the model keeps its weights in another file; read it by its file name, not from bytes')
    const parts = location.split(/[\\/]/)
    if (location === '' || isAbsolute(location) || parts.includes('..') || location.includes('\0'))
      return fail("does not name a file in the model's folder; it was not read")
    const folder = dirname(model)
    let descriptor: number | undefined
    try {
      const file = realpathSync(join(folder, ...parts))
      const folders = [realpathSync(folder), dirname(realpathSync(model))]
      if (!folders.some(each => isInside(file, each)))
        fail("leads out of the model's folder; it was not read")
      descriptor = openSync(file, 'r')
      const { size } = fstatSync(descriptor)
      const count = length ?? size - offset
      if (count < 0 || offset + count > size)
        fail(`bytes ${offset} to ${offset + count} are asked for, the file holds ${size}; it is truncated`)
      onRead(count)
      const bytes = new Uint8Array(count)
      for (let done = 0; done < count; ) {
        const read = readSync(descriptor, bytes, done, count - done, offset + done)
        if (read === 0) fail('is truncated')
        done += read
      }
      return bytes
    } catch (error) {
      if (error instanceof InputError) throw error
      return fail(`cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`)
    } finally {
      if (descriptor !== undefined) closeSync(descriptor)
    }
  }
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
