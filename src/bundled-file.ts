import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { InputError } from './errors.js'
import { packageRoot } from './package-root.js'

/**
 * Where a file named on the command line lies: a path as given, or, for a bare name such as `cifar10-mbconv`,
 * `<folder>/<name>.yaml` in the package. Throws InputError listing the names there are.
 */
export function bundledFile(folder: string, fileOrName: string): string {
  if (/[\\/.]/.test(fileOrName) || statSync(fileOrName, { throwIfNoEntry: false })?.isFile())
    return fileOrName
  const file = join(packageRoot, folder, `${fileOrName}.yaml`)
  if (existsSync(file)) return relative(process.cwd(), file) || file
  const names = readdirSync(join(packageRoot, folder)).filter(name => name.endsWith('.yaml'))
  const known = names.map(name => name.slice(0, -'.yaml'.length)).join(', ')
  throw new InputError(`"${fileOrName}": no such file, and no such name in ${folder}/ (there are: ${known})`)
}
