import { createHash } from 'node:crypto'
import { parseConstraint } from '../../src/cost/index.js'
import type { Network, Weights } from '../../src/network/index.js'
import type { Job } from '../../src/runs/index.js'
import {
  pricesOf,
  SEARCH_PLAN,
  type SearchConfig,
  type SearchResult,
  type SearchState,
  searchJob,
  TRAINING_PLAN,
} from '../../src/search/index.js'
import { tinyDataset } from '../data/tiny-dataset.js'
import { smallSpace } from './space/small-space.js'

/** 8 steps an epoch: 24 of search, 16 of training the found network, 16 of training the largest. */
export const STEPS = { search: 24, training: 16, all: 56 }

export const SMALL: SearchConfig = {
  space: smallSpace,
  data: 'in memory',
  prices: await pricesOf(smallSpace, ['macs<=60%', 'params<=90%'].map(parseConstraint)),
  heldOut: 0.1,
  searchShare: 1,
  augment: { crop: 1, flip: true },
  search: { ...SEARCH_PLAN, epochs: 3, warmupEpochs: 1, batchSize: 32, thresholdRate: 0.15 },
  training: { ...TRAINING_PLAN, epochs: 2, batchSize: 32 },
  baselines: ['largest'],
}

/** A search that takes a few seconds, with everything a long one has. */
export const smallSearch = (changes: Partial<SearchConfig> = {}): Job<SearchState, SearchResult> =>
  searchJob({ ...SMALL, ...changes }, tinyDataset({ train: 300, test: 40 }), 5)

/** A hash of weights to the last bit. */
export const digest = (weights: Weights): string => {
  const hash = createHash('sha256')
  for (const [name, { shape, data }] of Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join('×')}`)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

/** All that a search found, to the last bit of the weights, as plain JSON. */
export const outcome = ({ networks, ...rest }: { readonly networks: readonly Network[] }): unknown =>
  JSON.parse(JSON.stringify({ ...rest, weights: networks.map(({ weights }) => digest(weights)) }))

/** The state of a job in full: what would be in its checkpoint. */
export const essenceOf = <State>(job: Job<State, unknown>, state: State): unknown => {
  const { json, tensors } = job.pack(state)
  return { json, weights: digest(tensors) }
}
