import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { ConfigError, InputError } from '../../errors.js'
import { packageRoot } from '../../package-root.js'
import { parseJson } from '../../parse-json.js'
import { PE_TYPES } from '../pe-design.js'
import { FORMS, SCOPES } from './candidate.js'
import { FEATURE_SETS, FEATURES, type FeatureSet, KNOBS } from './features.js'

const accuracy = z.strictObject({
  points: z.int().positive(),
  r2: z.number().optional(),
  mape: z.number(),
  p95: z.number(),
})
const byType = z.record(z.string(), accuracy)

const polynomial = z
  .strictObject({
    variables: z.array(z.enum(FEATURES)),
    centre: z.array(z.number()),
    scale: z.array(z.number().positive()),
    terms: z.array(z.array(z.number()).min(1)),
    log: z.boolean(),
    floor: z.number().positive(),
  })
  .refine(
    ({ variables, centre, scale }) => centre.length === variables.length && scale.length === variables.length,
    'centre and scale need a number for each variable',
  )
  .refine(
    ({ variables, terms }) =>
      terms.every(([, ...monomial]) =>
        monomial.every(v => Number.isInteger(v) && v >= 0 && v < variables.length),
      ),
    'a term names a variable that is not there',
  )

const candidate = {
  features: z.enum(Object.keys(FEATURE_SETS) as [FeatureSet, ...FeatureSet[]]),
  scope: z.enum(SCOPES),
  form: z.enum(FORMS),
  degree: z.int().nonnegative(),
}

const figure = z.strictObject({
  ...candidate,
  tried: z.array(z.strictObject({ ...candidate, mape: z.number() })),
  crossValidation: byType,
  heldOut: byType,
  types: z.partialRecord(z.enum(PE_TYPES), polynomial),
})

const range = z.tuple([z.number(), z.number()])
const domain = z.strictObject(
  Object.fromEntries(KNOBS.map(knob => [knob, range])) as Record<(typeof KNOBS)[number], typeof range>,
)

const place = z
  .strictObject({
    domain: z.partialRecord(z.enum(PE_TYPES), domain).describe('least and most of each knob, by type'),
    figures: z.strictObject({
      areaUm2: figure,
      criticalPathNs: figure,
      leakageMw: figure,
      energyPjPerMac: figure,
    }),
  })
  .refine(
    ({ domain, figures }) =>
      Object.values(figures).every(
        ({ types }) => Object.keys(types).sort().join() === Object.keys(domain).sort().join(),
      ),
    'every figure needs a polynomial for each type of the domain, and no others',
  )

const schema = z.strictObject({
  schema: z.literal(1),
  library: z.string(),
  dataSet: z.record(z.string(), z.unknown()).describe('header of the characterization data set'),
  points: z.strictObject({ training: z.int(), heldOut: z.int(), failed: z.int() }),
  settings: z.strictObject({ folds: z.int(), heldOut: z.number(), seed: z.int() }),
  places: z.strictObject({ inside: place.optional(), outside: place.optional() }),
})

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/** Fitted models as they stand in JSON: coefficients, domain and accuracy, by scratchpad place and figure. */
export type FittedModels = Frozen<z.infer<typeof schema>>
export type FittedFigure = Frozen<z.infer<typeof figure>>
export type PlaceModel = Frozen<z.infer<typeof place>>
export type Domain = Frozen<z.infer<typeof domain>>

/** The figures that are modelled. */
export const FIGURES = Object.freeze(['areaUm2', 'criticalPathNs', 'leakageMw', 'energyPjPerMac'] as const)

/** The coefficients that ship. */
const SHIPPED = join(packageRoot, 'latency-models', 'accelerator', 'ppa-45nm.json')

/**
 * Reads fitted models; by default those that ship. Throws InputError when the file is missing and ConfigError
 * when it does not hold fitted models.
 */
export function readFittedModels(file: string = relative(process.cwd(), SHIPPED)): FittedModels {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new InputError(
      `${file}: cannot be read (${code}). Fit models with: tandem ppa fit DATA.csv --out FILE`,
    )
  }
  let json: unknown
  try {
    json = parseJson(text)
  } catch (error) {
    throw new ConfigError(`${file}:1`, `is not JSON: ${(error as Error).message}`)
  }
  const checked = schema.safeParse(json)
  if (!checked.success)
    throw new ConfigError(`${file}:1`, `does not hold fitted models: ${z.prettifyError(checked.error)}`)
  return checked.data
}

/** The JSON text of fitted models, numbers in full, lists of numbers on one line. */
export const fittedModelsText = (models: FittedModels): string =>
  `${JSON.stringify(models, null, 1).replaceAll(/\[[^[\]{}]*\]/g, list => list.replaceAll(/\s*\n\s*/g, ' '))}\n`

export function writeFittedModels(file: string, models: FittedModels): void {
  writeFileSync(file, fittedModelsText(models))
}
