import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** The TensorFlow release whose libraries are fetched from the Python package index. */
export const TENSORFLOW = '2.15.1'

/** Folder of the installed `@tensorflow/tfjs-node` package. */
export const packageFolder = (): string => dirname(require.resolve('@tensorflow/tfjs-node/package.json'))

/** The addon where the package's own installer puts it. */
export const packageAddon = (): string => join(packageFolder(), 'lib', 'napi-v8', 'tfjs_binding.node')

/** Per-user cache: TANDEM_CACHE, else XDG_CACHE_HOME/tandem, else ~/.cache/tandem. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return process.env['TANDEM_CACHE'] || join(base, 'tandem')
}

/** Folder of one engine build: everything that decides whether a build fits is in its name. */
export const engineFolder = (): string =>
  join(cacheFolder(), `engine-tfjs4.22.0-tensorflow${TENSORFLOW}-${process.platform}-${process.arch}`)

/** The addon built against the Python wheel's TensorFlow. */
export const cachedAddon = (): string => join(engineFolder(), 'lib', 'napi-v8', 'tfjs_binding.node')

/** Path of an addon that is there to be loaded, the package's own first; undefined when there is none. */
export const installedAddon = (): string | undefined => [packageAddon(), cachedAddon()].find(existsSync)
