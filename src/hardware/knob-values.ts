import { z } from 'zod'

export const MOST_VALUES = 4096

/**
 * What a space file may say of a knob whose values `value` checks: one value, a list, `{ from, to, step }` or
 * `{ from, to, times }` (geometric). Every value is checked, those of a range too.
 */
export function knobValues<T>(value: z.ZodType<T>): z.ZodType<readonly T[]> {
  const range = z
    .strictObject({
      from: z.number(),
      to: z.number(),
      step: z.number().positive().optional(),
      times: z.number().gt(1).optional(),
    })
    .refine(({ from, to }) => from <= to, { message: 'expected from to be no larger than to' })
    .refine(({ from, times }) => times === undefined || from > 0, {
      message: 'expected from to be above 0 where times is given',
    })
    .refine(({ step, times }) => (step === undefined) !== (times === undefined), {
      message: 'expected either step or times',
    })
    .transform(series)
    .pipe(z.array(value as z.ZodType<T, number>).max(MOST_VALUES))
  const list = z
    .array(value)
    .min(1)
    .max(MOST_VALUES)
    .refine(values => new Set(values).size === values.length, { message: 'expected no value twice' })
  const one = value.transform(each => [each])
  // Not a union: of the three forms, the one that was written explains what is wrong.
  return z.unknown().transform((input, context) => {
    const form = Array.isArray(input) ? list : typeof input === 'object' && input !== null ? range : one
    const checked = (form as z.ZodType<readonly T[]>).safeParse(input, { reportInput: true })
    if (checked.success) return checked.data
    for (const issue of checked.error.issues)
      context.issues.push(
        issue.code === 'unrecognized_keys'
          ? { code: 'custom', path: issue.path, input, message: 'expected from, to and step or times' }
          : (issue as (typeof context.issues)[number]),
      )
    return z.NEVER
  })
}

interface Range {
  readonly from: number
  readonly to: number
  readonly step?: number | undefined
  readonly times?: number | undefined
}

function series({ from, to, step, times = 1 }: Range): number[] {
  const values: number[] = []
  for (let i = 0; values.length <= MOST_VALUES; i++) {
    // Twelve digits: 0.1 + 0.2 is 0.3.
    const next = Number((step === undefined ? from * times ** i : from + i * step).toPrecision(12))
    if (next > to) break
    values.push(next)
  }
  return values
}
