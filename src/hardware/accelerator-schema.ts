import { z } from 'zod'
import { type Accelerator, type AcceleratorKnobs, accelerator, PE_WIDTHS } from './accelerator.js'
import { PE_TYPES } from './pe-design.js'

/** The range of every knob: of an accelerator file, and of each value in a space file. */
export const KNOB_SCHEMAS = {
  peType: z.enum(PE_TYPES),
  psumBits: z.int().min(16).max(40),
  rows: z.int().min(1).max(128),
  columns: z.int().min(1).max(128),
  ifmapWords: z.int().min(1).max(512),
  filterWords: z.int().min(1).max(1024),
  psumWords: z.int().min(1).max(512),
  scratchpads: z.enum(['flip-flop', 'sram']),
  bufferKib: z.number().min(8).max(512),
  bufferBandwidth: z.number().min(1).max(1024),
  dramBandwidth: z.number().min(0.01).max(4096),
  clockMhz: z.union([z.literal('max'), z.number().min(1).max(5000)]),
} as const

const { peType, psumBits, ...plain } = KNOB_SCHEMAS

const file = z
  .strictObject({
    name: z.string().min(1).optional(),
    description: z.string().optional(),
    peType,
    activationBits: z.int().optional(),
    weightBits: z.int().optional(),
    psumBits: psumBits.optional(),
    ...z.strictObject(plain).partial().shape,
  })
  .superRefine((knobs, context) => {
    const widths = PE_WIDTHS[knobs.peType]
    for (const knob of ['activationBits', 'weightBits'] as const)
      if (knobs[knob] !== undefined && knobs[knob] !== widths[knob])
        context.addIssue({
          code: 'custom',
          path: [knob],
          input: knobs[knob],
          message: `expected ${widths[knob]}, which ${knobs.peType} has`,
        })
    const [least, most] = widths.psumRange
    if (knobs.psumBits !== undefined && (knobs.psumBits < least || knobs.psumBits > most))
      context.addIssue({
        code: 'custom',
        path: ['psumBits'],
        input: knobs.psumBits,
        message: `expected ${least === most ? least : `${least} to ${most}`} for ${knobs.peType}`,
      })
  })

/** An accelerator file: `peType` and whatever differs from the defaults of `accelerator`. */
export const acceleratorSchema: z.ZodType<Accelerator> = file.transform(({ description: _, ...knobs }) =>
  accelerator(
    Object.fromEntries(
      Object.entries(knobs).filter(([, value]) => value !== undefined),
    ) as unknown as AcceleratorKnobs,
  ),
)
