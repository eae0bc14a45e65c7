import { EngineError } from '../../errors.js'
import { runPackageInstaller } from './package-installer.js'
import { installedAddon } from './paths.js'
import { installFromWheel } from './wheel.js'

/**
 * Makes TensorFlow loadable: nothing to do if it is, else the package's own installer, else the Python wheel.
 * Idempotent; the result is kept per user. Returns the addon's path.
 * Throws EngineError with every reason and the remedy when nothing works.
 */
export async function installEngine(say: (line: string) => void): Promise<string> {
  const present = installedAddon()
  if (present) return present
  const reasons: string[] = []
  for (const [what, attempt] of [
    ["the package's own installer", runPackageInstaller],
    ['the Python wheel', () => installFromWheel(say)],
  ] as const) {
    say(`engine: trying ${what}`)
    const reason = await attempt()
    const addon = installedAddon()
    if (!reason && addon) return addon
    reasons.push(`${what}: ${reason}`)
    say(`engine: ${what} did not work (${reason})`)
  }
  throw new EngineError(
    [
      'TensorFlow could not be installed.',
      ...reasons.map(reason => `  - ${reason}`),
      'Needed: Linux with Python 3, pip and g++, and access to a Python package index (pip config may name a mirror);',
      'or run the installer of @tensorflow/tfjs-node on a machine with internet access. Then: tandem engine install',
    ].join('\n'),
  )
}
