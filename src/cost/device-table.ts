import { z } from 'zod'
import { freezeDeep } from './freeze-deep.js'

const price = z.number().nonnegative()
const entry = z.union([price, z.strictObject({ ms: price, spread: price.optional() })])

/** A table file: what each choice of each block costs on one device. Described in latency-models/README.md. */
export const deviceTableSchema = z.strictObject({
  schema: z.literal(1),
  device: z.string().min(1),
  /** Only latency so far: energy of a block is not additive in the same way. */
  metric: z.literal('latency').default('latency'),
  unit: z.literal('ms').default('ms'),
  batch: z.int().min(1),
  threads: z.int().min(1).optional(),
  software: z.string().optional(),
  /** Rounds of measurement that the prices are medians of. */
  rounds: z.int().min(1).optional(),
  source: z.string().optional(),
  licence: z.string().optional(),
  space: z.string().min(1),
  fixedMs: price,
  blocks: z.record(z.string().min(1), z.record(z.string().min(1), entry)),
  /** Predicted against measured latency of whole networks; errors in percent. */
  validation: z
    .strictObject({
      networks: z.int().min(1),
      mape: price,
      worst: price,
      biasPercent: z.number().optional(),
      spearman: z.number().min(-1).max(1),
      kendall: z.number().min(-1).max(1),
    })
    .optional(),
})

/** The price of one choice in ms; `spreadMs` is half the distance between the quartiles of its rounds. */
export interface TablePrice {
  readonly ms: number
  readonly spreadMs?: number
}

type Written = z.output<typeof deviceTableSchema>

/** A device table in memory. Times in ms for one batch. */
export type DeviceTable = Readonly<Omit<Written, 'blocks' | 'schema'>> & {
  readonly blocks: Readonly<Record<string, Readonly<Record<string, TablePrice>>>>
}

/** A validated table file as a table in memory: every entry in one form. */
export function toTable({ schema: _, blocks, ...rest }: Written): DeviceTable {
  const readEntry = (value: z.output<typeof entry>): TablePrice =>
    typeof value === 'number'
      ? { ms: value }
      : { ms: value.ms, ...(value.spread === undefined ? {} : { spreadMs: value.spread }) }
  return freezeDeep({
    ...rest,
    blocks: mapValues(blocks, choices => mapValues(choices, readEntry)),
  })
}

/** Inverse of `toTable`: what is written to the file. */
export function fromTable({ blocks, device, ...rest }: DeviceTable): z.input<typeof deviceTableSchema> {
  return {
    schema: 1,
    device,
    ...rest,
    blocks: mapValues(blocks, choices =>
      mapValues(choices, ({ ms, spreadMs }) => (spreadMs === undefined ? ms : { ms, spread: spreadMs })),
    ),
  }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
