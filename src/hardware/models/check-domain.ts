import { InputError } from '../../errors.js'
import type { PeDesign } from '../pe-design.js'
import { KNOBS } from './features.js'
import type { Domain, FittedModels } from './fitted-models.js'

/**
 * Whether the models may be asked about a design: its type was characterized with these scratchpads and no knob
 * is outside of the range seen. Since ranges are boxes, a sweep is within them when its corners are.
 * Throws InputError naming the knob and its range.
 */
export function checkDomain(models: FittedModels, design: PeDesign): void {
  const { type, scratchpads } = design
  const types = models.places[scratchpads]?.domain
  const domain = types?.[type]
  if (domain === undefined) {
    const known = Object.keys(types ?? {}).join(', ') || 'none'
    throw new InputError(
      `type: ${type} was not characterized with scratchpads ${scratchpads} (${known} of ${models.library})`,
    )
  }
  checkRanges(domain, design)
}

/** Throws InputError naming the first knob of a design that is outside of `domain`, and its range. */
export function checkRanges(domain: Domain, design: PeDesign): void {
  for (const knob of KNOBS) {
    const [least, most] = domain[knob]
    const value = design[knob]
    if (value >= least && value <= most) continue
    const range = least === most ? `${least} only` : `${least} to ${most}`
    throw new InputError(
      `${knob}: ${value} is outside of what the models of ${design.type} with scratchpads ${design.scratchpads} were fitted to, ${range}`,
    )
  }
}
