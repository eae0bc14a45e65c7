import { FEATURE_SETS, type FeatureSet } from './features.js'

/**
 * Whether types share coefficients. `per type`: each type has its own polynomial. `pooled`: one polynomial of
 * degree d in the one-hot type and the features, that is, each type its own terms below degree d and the terms
 * of degree d shared.
 */
export const SCOPES = ['pooled', 'per type'] as const
export type Scope = (typeof SCOPES)[number]

/**
 * What is fitted. `plain`: the figure, each point weighted by 1/y so that relative errors are minimised.
 * `log`: its logarithm, positive by construction.
 */
export const FORMS = ['plain', 'log'] as const
export type Form = (typeof FORMS)[number]

/** One way to model one figure. */
export interface Candidate {
  readonly features: FeatureSet
  readonly scope: Scope
  readonly form: Form
  readonly degree: number
}

/** What cross-validation may choose from. */
export interface CandidateOptions {
  readonly features?: readonly FeatureSet[]
  readonly scopes?: readonly Scope[]
  readonly forms?: readonly Form[]
  readonly degrees?: readonly number[]
}

/** Every combination; by default 5 feature sets × 2 scopes × 2 forms × degrees 1 to 3. */
export function candidates({
  features = Object.keys(FEATURE_SETS) as FeatureSet[],
  scopes = SCOPES,
  forms = FORMS,
  degrees = [1, 2, 3],
}: CandidateOptions = {}): readonly Candidate[] {
  return degrees.flatMap(degree =>
    features.flatMap(set =>
      scopes.flatMap(scope => forms.map(form => ({ features: set, scope, form, degree }))),
    ),
  )
}
