import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../package-root.js'

/** Versions that a result depends on; a package that is not installed is absent. */
export interface Versions {
  readonly tandem: string
  readonly node: string
  readonly 'onnxruntime-node'?: string
  readonly '@tensorflow/tfjs-node'?: string
}

const versionIn = (folder: string): string | undefined => {
  const file = join(folder, 'package.json')
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : undefined
}

/** Looks where Node looks: in node_modules beside the package and above it. */
function installed(name: string, from = packageRoot): string | undefined {
  const found = versionIn(join(from, 'node_modules', name))
  return found !== undefined || from === dirname(from) ? found : installed(name, dirname(from))
}

/** Read from the package files; nothing is loaded. */
export function versions(): Versions {
  const others = ['onnxruntime-node', '@tensorflow/tfjs-node'].flatMap(name => {
    const version = installed(name)
    return version === undefined ? [] : [[name, version] as const]
  })
  return Object.freeze({
    tandem: versionIn(packageRoot) ?? 'unknown',
    node: process.versions.node,
    ...Object.fromEntries(others),
  })
}
