export { ask } from './ask.js'
export type { Config, Options, Question, Settings } from './config.js'
export { type Constraint, excess } from './constraint.js'
export { type Broken, type Front, front, type Member } from './front.js'
export type { Generation } from './history.js'
export { convergence, invertedGenerationalDistance } from './indicators/distance-to-front.js'
export { hypervolume } from './indicators/hypervolume.js'
export { type Ranges, rangesOf } from './indicators/ranges.js'
export { type MinimiseOptions, minimise, type Outcome } from './minimise.js'
export { integerChildren, integerMutation } from './operators/integer.js'
export { polynomialMutation } from './operators/polynomial-mutation.js'
export { lowerChild, upperChild } from './operators/simulated-binary-crossover.js'
export { crossGenomes, drawGenome, mutateGenome, type VariationRates } from './operators/variation.js'
export { type PackedState, packState, unpackState } from './pack.js'
export type { Population } from './population.js'
export type { Problem } from './problem.js'
export type { BenchmarkProblem } from './problems/benchmark-problem.js'
export { problems } from './problems/index.js'
export type { Progress } from './progress.js'
export { constrainedFronts } from './sorting/constrained-domination.js'
export { crowdingDistance } from './sorting/crowding-distance.js'
export { frontsOf, nonDominatedSort } from './sorting/non-dominated-sort.js'
export { type Thinning, thinFront } from './sorting/thin-front.js'
export { init, type State } from './state.js'
export { type Standing, standingOf, survivors } from './survival.js'
export { type Evaluated, type Evaluation, tell } from './tell.js'
export { type Stagnation, type StopReason, stopReason, type Termination } from './termination.js'
export { tournamentWinners } from './tournament.js'
export {
  type CategoricalVariable,
  checkGenome,
  type Domain,
  decodeGenome,
  domainOf,
  encodeGenome,
  type Genome,
  type IntegerVariable,
  type OrdinalVariable,
  type RealVariable,
  spaceSize,
  type Variable,
} from './variable.js'
