import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { InputError } from '../errors.js'
import { parseJson } from '../parse-json.js'
import type { Affine } from './affine.js'
import { REDUCTIONS } from './reduce.js'

const schema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('ranking'),
  /** The network it was learned for. */
  network: z.string(),
  reduce: z.enum(REDUCTIONS),
  /** Of the budget that it was learned at. */
  learned: z.strictObject({
    budget: z.string(),
    evaluations: z.number().int(),
    tau: z.number().int(),
    loss: z.number(),
    lossOfNorms: z.number(),
    seed: z.number().int(),
  }),
  layers: z.record(z.string(), z.strictObject({ alpha: z.number(), kappa: z.number() })),
})

/** What LeGR has learned, as ranking.json holds it: enough to prune the same network to any budget without data. */
export type Ranking = z.infer<typeof schema>

export const rankingJson = (ranking: Ranking): string => `${JSON.stringify(ranking, null, 2)}\n`

/**
 * Reads a ranking for a network, all of whose `layers` it must rank, and none but those and the `others`.
 * Throws InputError naming the file, and the key that is wrong or the layers that do not match.
 */
export function readRanking(
  file: string,
  layers: readonly string[],
  others: readonly string[] = [],
): Ranking {
  const refuse = (reason: string): never => {
    throw new InputError(`${file}: ${reason}`)
  }
  let value: unknown
  try {
    value = parseJson(readFileSync(file, 'utf8'))
  } catch (error) {
    return refuse(`cannot be read as JSON (${(error as Error).message}); name a ranking.json of tandem prune`)
  }
  const found = schema.safeParse(value)
  if (!found.success) return refuse(`not a ranking of tandem prune:\n${z.prettifyError(found.error)}`)
  const ranking = found.data
  const known = new Set(Object.keys(ranking.layers))
  const missing = layers.filter(layer => !known.has(layer))
  const extra = [...known].filter(layer => !layers.includes(layer) && !others.includes(layer))
  if (missing.length > 0 || extra.length > 0)
    refuse(
      `was learned for another network, "${ranking.network}": ${[
        ...(missing.length > 0 ? [`it does not rank ${list(missing)}`] : []),
        ...(extra.length > 0 ? [`it ranks ${list(extra)}, which cannot be pruned here`] : []),
      ].join('; ')}`,
    )
  return ranking
}

const list = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} others` : names.join(', ')

export const affineOf = ({ layers }: Ranking): Affine => layers
