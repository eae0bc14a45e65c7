import { Option } from 'commander'
import type { FormulationName } from '../search/index.js'

/** Said here so that `--help` loads no search. */
const NAMES = ['single-path', 'softmax', 'gumbel'] as const satisfies readonly FormulationName[]

export interface FormulationOption {
  readonly formulation?: FormulationName
}

/** `--formulation single-path|softmax|gumbel` */
export const formulationOption = () =>
  new Option(
    '--formulation <name>',
    'of the supernet: one superkernel a block, or a candidate for every choice, mixed (default: single-path)',
  ).choices(NAMES)
