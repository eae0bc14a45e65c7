import { NothingYetError } from '../../errors.js'
import type { DataPoint } from '../data-set.js'
import { type FitOptions, type FitPart, preparedFit } from './fit-pe-models.js'
import type { FittedFigure, FittedModels } from './fitted-models.js'

/** Parts fitted so far, in order. Plain JSON. */
export type FitState = readonly (readonly [FitPart, FittedFigure])[]

interface FitSnapshot {
  readonly json: unknown
  readonly tensors: Readonly<Record<string, never>>
}

/** `fitPeModels` as a long job: a step fits one figure for one scratchpad place. */
export interface FitJob {
  init(): Promise<FitState>
  step(state: FitState): Promise<{ readonly state: FitState; readonly report: FitReport }>
  done(state: FitState): boolean
  result(state: FitState): Promise<FittedModels>
  pack(state: FitState): FitSnapshot
  unpack(snapshot: { readonly json: unknown }): Promise<FitState>
  progress(state: FitState): { readonly done: number; readonly total: number; readonly label: string }
}

interface FitReport {
  readonly entries: readonly { readonly entry: Readonly<Record<string, string | number>> }[]
}

/** Throws as `fitPeModels` does, at once. */
export function fitJob(points: readonly DataPoint[], options: FitOptions): FitJob {
  const { parts, fitPart, assemble } = preparedFit(points, options)
  const done = (state: FitState) => state.length >= parts.length
  return {
    init: async () => [],
    done,
    async step(state) {
      const part = parts[state.length]!
      const fitted = fitPart(part)
      const { features, scope, form, degree, crossValidation, heldOut } = fitted
      const errors = { crossValidation: crossValidation['all']!.mape, heldOut: heldOut['all']!.mape }
      const entry = { ...part, features, scope, form, degree, ...errors }
      return { state: [...state, [part, fitted]], report: { entries: [{ entry }] } }
    },
    async result(state) {
      if (!done(state))
        throw new NothingYetError(
          `${state.length} of ${parts.length} models are fitted, and an estimate takes all of them`,
        )
      return assemble(state)
    },
    pack: state => ({ json: state, tensors: {} }),
    unpack: async ({ json }) => json as FitState,
    progress: state => ({ done: state.length, total: parts.length, label: 'fitting' }),
  }
}
