import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { NetworkError } from '../../errors.js'
import { parseJson } from '../../parse-json.js'
import { createNetwork, type NetworkParts } from '../create-network.js'
import type { Network } from '../network.js'

const KIND = 'tandem-network'

/** What all structures share; what a layer must say besides, its type knows. */
const schema = z.object({
  name: z.string(),
  input: z.object({ name: z.string(), shape: z.array(z.number()) }),
  layers: z.array(z.looseObject({ type: z.string(), name: z.string(), inputs: z.array(z.string()) })),
  architecture: z
    .object({ space: z.string(), choices: z.array(z.object({ block: z.string(), choice: z.string() })) })
    .optional(),
})

/** A network's layers as JSON, without weights: what can be priced, not run. `readStructure` reads it back. */
export function structureJson({ name, input, layers, architecture }: Network): string {
  return `${JSON.stringify({ kind: KIND, schema: 1, weights: false, name, input, layers, architecture }, null, 1)}\n`
}

/** Reads what `structureJson` writes. Throws NetworkError, which names the file, for anything else. */
export function readStructure(file: string): Network {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : code
    throw new NetworkError(`${file}: cannot be read (${reason})`)
  }
  return parseStructure(text, file)
}

/** The network whose layers `structureJson` wrote. Throws NetworkError, which names `source`, for anything else. */
export function parseStructure(text: string, source: string): Network {
  const refuse = (reason: string): never => {
    throw new NetworkError(`${source}: ${reason}`)
  }
  try {
    const json = parseJson(text) as NetworkParts & Readonly<Record<'kind' | 'schema', unknown>>
    if (json.kind !== KIND || json.schema !== 1)
      refuse('is not the structure of a network that this version reads')
    schema.parse(json)
    const { name, input, layers, architecture } = json
    return createNetwork({ name, input, layers, ...(architecture && { architecture }) })
  } catch (error) {
    if (error instanceof NetworkError && error.message.startsWith(source)) throw error
    if (error instanceof z.ZodError) return refuse(`is damaged: ${z.prettifyError(error)}`)
    return refuse(`is damaged: ${(error as Error).message}`)
  }
}
