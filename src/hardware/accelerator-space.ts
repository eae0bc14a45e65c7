import { z } from 'zod'
import { bundledFile } from '../bundled-file.js'
import { InputError } from '../errors.js'
import { readYaml } from '../read-yaml.js'
import { type Accelerator, type AcceleratorKnobs, accelerator, PE_WIDTHS } from './accelerator.js'
import { KNOB_SCHEMAS } from './accelerator-schema.js'
import { knobValues } from './knob-values.js'

type Knob = keyof typeof KNOB_SCHEMAS

/** The values that each knob may take. Plain data; a knob that is left out has its default. */
export interface AcceleratorSpace {
  readonly name: string
  /** In the order in which designs are counted: the last knob changes fastest. */
  readonly knobs: readonly { readonly knob: Knob; readonly values: readonly (string | number)[] }[]
}

const KNOBS = Object.keys(KNOB_SCHEMAS) as readonly Knob[]

const schema = z
  .strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    peType: knobValues<string>(KNOB_SCHEMAS.peType),
    ...(Object.fromEntries(
      KNOBS.filter(knob => knob !== 'peType').map(knob => [
        knob,
        knobValues<string | number>(KNOB_SCHEMAS[knob]).optional(),
      ]),
    ) as Record<Exclude<Knob, 'peType'>, z.ZodOptional<z.ZodType<readonly (string | number)[]>>>),
  })
  .transform(
    (file): AcceleratorSpace =>
      Object.freeze({
        name: file.name,
        knobs: Object.freeze(
          KNOBS.flatMap(knob => {
            const values = file[knob]
            return values === undefined ? [] : [Object.freeze({ knob, values })]
          }),
        ),
      }),
  ) as unknown as z.ZodType<AcceleratorSpace>

/**
 * Reads a space of accelerators: a YAML file, or the name of one in latency-models/accelerator/.
 * Each knob is a value, a list or a range. Throws InputError when there is none, ConfigError (`file:line`) for an
 * unknown knob or a value out of range.
 */
export const readAcceleratorSpace = (fileOrName: string): AcceleratorSpace =>
  readYaml(bundledFile('latency-models/accelerator', fileOrName), schema)

/** How many designs a space has. */
export const countAccelerators = ({ knobs }: AcceleratorSpace): number =>
  knobs.reduce((count, { values }) => count * values.length, 1)

/**
 * The design of a number, 0 … count − 1. Throws RangeError for another number, InputError when the design's psum
 * width is not one that its PE type has.
 */
export function acceleratorAt(space: AcceleratorSpace, index: number): Accelerator {
  if (!(Number.isInteger(index) && index >= 0 && index < countAccelerators(space)))
    throw new RangeError(`${space.name} has designs 0 to ${countAccelerators(space) - 1}, not ${index}`)
  const chosen: Record<string, string | number> = { name: `${space.name}-${index}` }
  let rest = index
  for (const { knob, values } of space.knobs.toReversed()) {
    chosen[knob] = values[rest % values.length]!
    rest = Math.floor(rest / values.length)
  }
  const design = accelerator(chosen as unknown as AcceleratorKnobs)
  const [least, most] = PE_WIDTHS[design.peType].psumRange
  if (design.psumBits < least || design.psumBits > most)
    throw new InputError(
      `${design.name}: psumBits ${design.psumBits} is not among the ${least} to ${most} of ${design.peType}`,
    )
  return design
}

/** The designs of a space in order, without those whose psum width their PE type does not have. */
export function* accelerators(space: AcceleratorSpace): Generator<Accelerator> {
  for (let index = 0; index < countAccelerators(space); index++) {
    try {
      yield acceleratorAt(space, index)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
    }
  }
}
