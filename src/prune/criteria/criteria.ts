import { InputError } from '../../errors.js'
import { random } from '../../random.js'
import { transformed } from '../affine.js'
import { filterPower, scoreFilters, squaredNorms } from '../filters.js'
import { groupsOf } from '../groups.js'
import { atomScores } from '../reduce.js'
import { batchNormScales } from './batch-norm-scale.js'
import type { Criterion, CriterionInput } from './criterion.js'
import { distancesToOthers } from './geometric-median.js'

/** Every criterion by its name on the command line. */
export const CRITERIA = [
  'legr',
  'l1',
  'l2',
  'l2-per-layer',
  'bn-scale',
  'fpgm',
  'taylor',
  'random',
  'uniform',
] as const
export type CriterionName = (typeof CRITERIA)[number]

const l2 = ({ network, channels, reduce }: CriterionInput): Float64Array =>
  atomScores(channels, squaredNorms(network, channels), reduce)

/** Each filter's score over the mean of its layer's. */
function perLayer(scores: Float64Array): Float64Array {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  return mean === 0 ? scores : scores.map(score => score / mean)
}

export const criteria: Readonly<Record<CriterionName, Criterion>> = Object.freeze({
  legr: {
    says: 'α·‖w‖₂² + κ with α and κ of each layer learned',
    needs: 'ranking',
    async score({ network, channels, reduce, affine }) {
      if (affine === undefined) throw new InputError('criterion legr: there is no ranking; learn or name one')
      return atomScores(channels, transformed(squaredNorms(network, channels), affine), reduce)
    },
  },
  l1: {
    says: '‖w‖₁, all layers on one scale',
    score: async ({ network, channels, reduce }) =>
      atomScores(
        channels,
        scoreFilters(network, channels, kernel => filterPower(kernel, 1)),
        reduce,
      ),
  },
  l2: {
    says: '‖w‖₂², all layers on one scale',
    score: async input => l2(input),
  },
  'l2-per-layer': {
    says: '‖w‖₂² over the mean of its layer',
    score: async ({ network, channels, reduce }) =>
      atomScores(
        channels,
        scoreFilters(network, channels, kernel => perLayer(filterPower(kernel, 2))),
        reduce,
      ),
  },
  'bn-scale': {
    says: '|γ| of batch normalization',
    check: network => void batchNormScales(network),
    // A channel that no batch normalization scales is not judged: it goes last.
    score: async ({ network, channels, reduce }) =>
      atomScores(channels, batchNormScales(network), reduce, Number.POSITIVE_INFINITY),
  },
  fpgm: {
    says: 'distance to the other filters of the layer',
    score: async ({ network, channels, reduce }) =>
      atomScores(channels, scoreFilters(network, channels, distancesToOthers), reduce),
  },
  taylor: {
    says: 'what the loss changes without it, to first order',
    needs: 'images',
    async score(input) {
      const { taylorScores } = await import('./taylor.js')
      return atomScores(input.channels, await taylorScores(input), input.reduce)
    },
  },
  random: {
    says: 'nothing: by lot',
    async score({ channels, seed }) {
      const stream = random(seed, 'criterion', 'random')
      return Float64Array.from({ length: channels.atoms }, () => stream.uniform())
    },
  },
  uniform: {
    says: 'the same share of every group, by ‖w‖₂²',
    async score(input) {
      const scores = l2(input)
      const shares = new Float64Array(scores.length)
      for (const { atoms } of groupsOf(input.network, input.channels)) {
        const ascending = [...atoms].sort((a, b) => scores[a]! - scores[b]! || a - b)
        for (const [rank, atom] of ascending.entries()) shares[atom] = (rank + 1) / atoms.length
      }
      return shares
    },
  },
})
