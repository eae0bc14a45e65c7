import { createRequire } from 'node:module'
import util from 'node:util'
import type * as TensorFlow from '@tensorflow/tfjs-node'
import { EngineError } from '../errors.js'
import { chooseBackend } from './install/choose-backend.js'
import { installedAddon, packageAddon } from './install/paths.js'
import { loadWasm } from './wasm/load.js'

const require = createRequire(import.meta.url)

/**
 * Loads TensorFlow. What the package needs from its surroundings is put in place first: a quiet log, the two
 * `util` functions that newer Nodes lack and older ones warn of, and the addon's path where it does not lie in
 * the package's folder.
 */
function loadNative(): typeof TensorFlow {
  const addon = installedAddon()!
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  const legacy = util as unknown as Record<string, unknown>
  legacy['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined
  legacy['isArray'] = Array.isArray
  if (addon !== packageAddon()) findAddonAt(addon)
  try {
    return require('@tensorflow/tfjs-node')
  } catch (error) {
    throw new EngineError(
      [
        `TensorFlow does not load (${addon}): ${(error as Error).message}`,
        'Remove that file and run: tandem engine install. Until then TANDEM_ENGINE=wasm does without it.',
      ].join('\n'),
    )
  }
}

/** Answers the package's question for its addon's path, which it asks of `@mapbox/node-pre-gyp`. */
function findAddonAt(addon: string): void {
  const path = createRequire(require.resolve('@tensorflow/tfjs-node')).resolve('@mapbox/node-pre-gyp')
  require.cache[path] = {
    id: path,
    filename: path,
    loaded: true,
    exports: { find: () => addon },
  } as NodeModule
}

/** What this process computes on, and why. */
export const backend = chooseBackend()

/** The TensorFlow.js API on that backend. Importing this module loads it (about a second). */
export const tf: typeof TensorFlow = backend.name === 'native' ? loadNative() : await loadWasm()
