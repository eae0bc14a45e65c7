import { parseConstraint } from '../../../src/cost/index.js'
import {
  type OneShotConfig,
  type OneShotJobOptions,
  oneShotJob,
} from '../../../src/search/one-shot/one-shot-job.js'
import { ONE_SHOT_PLAN } from '../../../src/search/one-shot/one-shot-plan.js'
import { pricesOf } from '../../../src/search/space/price.js'
import { tinyDataset } from '../../data/tiny-dataset.js'
import { SMALL } from '../small-search.js'
import { smallSpace } from '../space/small-space.js'

/** 16 steps of the supernet, 8 scores of a first generation and at most 2 of each of two more, 16 of training. */
export const ONE_SHOT_STEPS = { supernet: 16, scores: 12, training: 16, all: 44 }

export const SMALL_ONE_SHOT: OneShotConfig = {
  ...SMALL,
  prices: await pricesOf(smallSpace, ['macs<=60%', 'params<=90%'].map(parseConstraint)),
  search: { ...SMALL.search, epochs: 2, warmupEpochs: 0 },
  oneShot: { ...ONE_SHOT_PLAN, candidates: 8, generations: 2, images: 30 },
  baselines: [],
}

/** A one-shot search that takes a few seconds, with everything a long one has. */
export const smallOneShot = (changes: Partial<OneShotConfig> = {}, options: OneShotJobOptions = {}) =>
  oneShotJob({ ...SMALL_ONE_SHOT, ...changes }, tinyDataset({ train: 300, test: 40 }), 5, options)
