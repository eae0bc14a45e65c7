import { InputError } from '../errors.js'

/** What a co-design can minimise or bound. `edp` is energy times delay; error is 1 − accuracy. */
export const MEASURES = ['error', 'latency', 'energy', 'area', 'macs', 'params', 'edp'] as const
export type Measure = (typeof MEASURES)[number]

/** Of a design: error as a fraction, ms, mJ, mm², counts, mJ·ms. */
export type Figures = Readonly<Record<Measure, number>>

/** Measures that the network alone decides, whatever it runs on. */
export const OF_NETWORK: readonly Measure[] = Object.freeze(['error', 'macs', 'params'])

/**
 * The measures of a co-design's objectives, by name. Throws InputError for a name that no cost model gives, one that is
 * there twice, and a list in which nothing depends on the accelerator.
 */
export function objectivesOf(names: readonly string[]): readonly Measure[] {
  for (const [i, name] of names.entries()) {
    if (!isMeasure(name)) {
      const hint = name === 'accuracy' ? ': what is minimised is error' : ''
      throw new InputError(`objective "${name}"${hint}; expected one of ${MEASURES.join(', ')}`)
    }
    if (names.indexOf(name) < i) throw new InputError(`objective "${name}" is there twice`)
  }
  if (names.every(name => OF_NETWORK.includes(name as Measure)))
    throw new InputError(
      `objectives ${names.join(', ')}: the accelerator has no part in any; add latency, energy, area or edp`,
    )
  return names as readonly Measure[]
}

export const isMeasure = (name: string): name is Measure => (MEASURES as readonly string[]).includes(name)

/** With its unit, as an axis or a column has it. */
export const MEASURE_TITLES: Readonly<Record<Measure, string>> = Object.freeze({
  error: 'error',
  latency: 'latency, ms',
  energy: 'energy, mJ',
  area: 'area, mm²',
  macs: 'MACs',
  params: 'parameters',
  edp: 'energy × delay, mJ·ms',
})
