import { EngineError } from '../../errors.js'
import { chooseBackend } from './choose-backend.js'
import { installEngine } from './install.js'

/**
 * Sees to it that something can train: installs TensorFlow unless `TANDEM_ENGINE` is wasm, and where that fails
 * leaves it to wasm. Throws EngineError when it fails and `TANDEM_ENGINE` is native.
 */
export async function provideEngine(say: (line: string) => void): Promise<void> {
  const wanted = process.env['TANDEM_ENGINE'] || undefined
  if (chooseBackend(wanted, true).name === 'wasm') return
  try {
    await installEngine(say)
  } catch (error) {
    if (wanted === 'native' || !(error instanceof EngineError)) throw error
    say('engine: going on without TensorFlow')
  }
}
