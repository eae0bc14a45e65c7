import { z } from 'zod'

const size = z.int().min(1).max(65536)
const odd = z
  .int()
  .min(1)
  .max(63)
  .refine(kernel => kernel % 2 === 1, { message: 'expected an odd kernel size' })
const expansion = z.number().positive().max(64)

const ascending = <T extends z.ZodType<number>>(item: T) =>
  z
    .array(item)
    .min(1)
    .max(16)
    .refine(list => list.every((value, i) => i === 0 || value > list[i - 1]!), {
      message: 'expected an ascending list without repeats',
    })

const fixedStage = z.strictObject({
  name: z.string().min(1).optional(),
  fixed: z.strictObject({
    filters: size,
    kernel: odd.default(3),
    stride: z.int().min(1).max(8).default(1),
    expansion: expansion.default(1),
  }),
})

const searchableStage = z
  .strictObject({
    name: z.string().min(1).optional(),
    blocks: z.int().min(1).max(256),
    filters: size,
    stride: z.int().min(1).max(8).default(1),
    kernels: ascending(odd),
    expansions: ascending(expansion),
    skip: z.boolean().default(false),
    /** Whether each block may have squeeze-and-excitation. */
    squeeze: z.boolean().default(false),
  })
  .refine(stage => !(stage.skip && stage.blocks === 1), {
    path: ['skip'],
    message:
      'the first block of a stage changes the shape and cannot be skipped; a stage of 1 block has no other',
  })

/** A search-space file: a stem, stages of fixed or searchable MBConv blocks, a head. See search-spaces/README.md. */
export const spaceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, { message: 'expected lower-case letters, digits and dashes' }),
  description: z.string().optional(),
  /** [height, width, channels] */
  input: z.tuple([size, size, size]),
  classes: z.int().min(1).max(1_000_000),
  activation: z.enum(['relu', 'relu6', 'hardSwish', 'silu']).default('relu'),
  batchNorm: z
    .strictObject({ epsilon: z.number().positive().max(1), momentum: z.number().min(0).lt(1) })
    .default({ epsilon: 1e-3, momentum: 0.99 }),
  stem: z.strictObject({
    filters: size,
    kernel: odd.default(3),
    stride: z.int().min(1).max(8).default(1),
  }),
  stages: z
    .array(z.union([fixedStage, searchableStage]))
    .min(1)
    .max(256)
    .refine(stages => stages.some(stage => 'blocks' in stage), {
      message: 'expected at least one searchable stage (blocks, filters, kernels, expansions)',
    }),
  head: z.strictObject({ filters: size, dropout: z.number().min(0).lt(1).default(0) }),
})

/** A validated space file. */
export type SpaceFile = z.output<typeof spaceSchema>
