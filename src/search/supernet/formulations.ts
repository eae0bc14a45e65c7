import type { Formulation } from './formulation.js'
import type { FormulationName } from './formulation-names.js'
import { multiPath } from './multi-path.js'
import { singlePath } from './single-path.js'

const formulations: Readonly<Record<FormulationName, Formulation>> = {
  'single-path': singlePath,
  softmax: multiPath('softmax'),
  gumbel: multiPath('gumbel'),
}

/** The formulation of a search plan; single-path where it is left out. */
export const formulationOf = ({
  formulation = 'single-path',
}: {
  readonly formulation?: FormulationName | undefined
}): Formulation => formulations[formulation]
