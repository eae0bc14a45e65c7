import { EngineError } from '../../errors.js'
import { installedAddon } from './paths.js'

/** What computes: TensorFlow's own library, or the WebAssembly that npm alone brings. */
export interface BackendChoice {
  readonly name: 'native' | 'wasm'
  /** Why, as half a sentence. */
  readonly reason: string
}

/**
 * `TANDEM_ENGINE` decides where it is set; otherwise TensorFlow's library is used where it is installed.
 * Throws EngineError when it names neither, or a library that is not there.
 */
export function chooseBackend(
  wanted = process.env['TANDEM_ENGINE'] || undefined,
  installed = installedAddon() !== undefined,
): BackendChoice {
  if (wanted === 'wasm') return { name: 'wasm', reason: 'TANDEM_ENGINE asks for it' }
  if (wanted !== undefined && wanted !== 'native')
    throw new EngineError(`TANDEM_ENGINE=${wanted}: expected native or wasm`)
  if (installed) return { name: 'native', reason: 'TensorFlow is installed' }
  if (wanted === undefined) return { name: 'wasm', reason: 'TensorFlow is not installed' }
  throw new EngineError(
    'TANDEM_ENGINE=native, and TensorFlow is not installed for this user. Run: tandem engine install',
  )
}
