import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../errors.js'

/** A network's file, and the accelerator's that lies beside it. */
export interface DesignFiles {
  readonly network: string
  readonly accelerator?: string
}

const NETWORKS = ['network.onnx', 'network.json']

/**
 * What a path names: a file itself, or a member's folder of a co-design, with network and accelerator in it.
 * Throws InputError for a folder without a network.
 */
export function designFiles(path: string): DesignFiles {
  if (!existsSync(path) || !statSync(path).isDirectory()) return { network: path }
  const network = NETWORKS.map(file => join(path, file)).find(existsSync)
  if (network === undefined)
    throw new InputError(
      `${path} is a folder without ${NETWORKS.join(' or ')}; name a file, or a design's folder`,
    )
  const accelerator = join(path, 'accelerator.yaml')
  return { network, ...(existsSync(accelerator) && { accelerator }) }
}
