import {
  compile,
  evaluateWith,
  execute,
  readAll,
  type Step,
  softmaxCrossEntropy,
  type Tensors,
  tf,
} from '../../engine/index.js'
import { random } from '../../random.js'
import { type BlockMargins, countOpen, decide, decideWithin } from '../decision/decide.js'
import { decisionsOf, listed, listedTensor } from '../decision/decision-log.js'
import type { SpacePrices } from '../space/space-prices.js'
import { expectedPrice, priceIncrements } from './expected-price.js'
import type { Formulation, Searched, Standing } from './formulation.js'
import type { SearchStepPosition } from './search-step.js'
import type { Keep } from './superkernel.js'
import {
  createSupernet,
  disposeSupernet,
  gateAll,
  gatedExecution,
  readMargins,
  readThresholds,
  type Supernet,
  thresholdsOf,
  thresholdVariables,
} from './supernet.js'

export interface SinglePathOptions {
  /** Of the sigmoid that stands in for the indicator in the gradient. */
  readonly temperature: number
  readonly prices: readonly SpacePrices[]
}

/** A single-path supernet as the search trains it: decided by thresholds, all weights shared. */
export function singlePathSearched(supernet: Supernet, { temperature, prices }: SinglePathOptions): Searched {
  const { space, model } = supernet
  const increments = prices.map(({ fixed, rows }) => priceIncrements(fixed, rows))
  const evaluation = compile(decidedStep(supernet, temperature))
  return {
    space,
    model,
    parameters: thresholdVariables(supernet),
    feeds: position => keepFeeds(supernet, position),
    pass(value, feeds) {
      const gated = gateAll(supernet, value, temperature, keepOf(supernet, feeds))
      return {
        execution: gatedExecution(supernet, gated, value),
        prices: increments.map(each => expectedPrice(each, gated)),
        listed: {
          margins: listedTensor(
            space,
            gated.map(({ margins }) => margins),
          ),
          thresholds: listedTensor(space, thresholdsOf(supernet, value)),
        },
      }
    },
    read() {
      const standing = marginsOf(supernet, temperature)
      const thresholds = listed(space, readThresholds(supernet))
      return { standing, listed: { margins: listed(space, standing), thresholds } }
    },
    evaluate: batches => evaluateWith(evaluation, model, batches),
    dispose() {
      evaluation.dispose()
      disposeSupernet(supernet)
    },
  }
}

/** Margins of the decisions as the supernet stands. */
export function marginsOf(supernet: Supernet, temperature: number): BlockMargins[] {
  let margins: BlockMargins[] = []
  tf.tidy(() => {
    const values = new Map(
      [...supernet.model.variables.values(), ...thresholdVariables(supernet)].map(v => [v.name, v]),
    )
    margins = readMargins(gateAll(supernet, name => values.get(name)!.read(), temperature))
  })
  return margins
}

/** Evaluates the candidate that the decisions stand for. Feeds and outputs: those of `evaluationStep`. */
const decidedStep =
  (supernet: Supernet, temperature: number): Step =>
  ({ images, labels }) => {
    const { network } = supernet.model
    const values = readAll(supernet.model.variables)
    for (const variable of thresholdVariables(supernet)) values.set(variable.name, variable.read())
    const value = (name: string) => values.get(name)!
    const gated = gateAll(supernet, value, temperature)
    const logits = execute(network, images!, gatedExecution(supernet, gated, value))
    return { loss: softmaxCrossEntropy(logits, labels!), logits }
  }

/**
 * Decision dropout: each decision is kept with probability p and scaled by 1 / p, one draw per decision and step.
 * Squeeze-and-excitation is not scaled: 1 + d · (SE(x) − 1) is a factor between 0 and 1 only up to d = 1.
 */
function keepFeeds(
  { superkernels }: Supernet,
  { keepProbability: p, seed, step }: SearchStepPosition,
): Tensors {
  return Object.fromEntries(
    superkernels.flatMap(({ block }) => {
      const stream = random(seed, 'decisions', step, block.name)
      const mask = (length: number, kept = 1 / p) =>
        tf.tensor1d(Array.from({ length }, () => (p === 1 ? 1 : stream.uniform() < p ? kept : 0)))
      return [
        [`${block.name}/keep/kernel`, mask(block.kernels.length - 1)],
        [`${block.name}/keep/expansion`, mask(block.expansions.length)],
        ...(block.canSqueeze ? [[`${block.name}/keep/squeeze`, mask(1, 1)]] : []),
      ]
    }),
  )
}

const keepOf = ({ superkernels }: Supernet, feeds: Tensors): Keep[] =>
  superkernels.map(({ block }) => ({
    kernel: feeds[`${block.name}/keep/kernel`]!,
    expansion: feeds[`${block.name}/keep/expansion`]!,
    ...(block.canSqueeze && { squeeze: feeds[`${block.name}/keep/squeeze`]! }),
  }))

const own = (standing: Standing) => standing as readonly BlockMargins[]

/** Superkernels and thresholds: Single-Path NAS. */
export const singlePath: Formulation = {
  create: ({ space, seed, plan: { temperature }, prices }, packed) =>
    singlePathSearched(createSupernet(space, seed, packed), { temperature, prices }),
  decisions: decisionsOf,
  countOpen: (space, standing) => countOpen(space, own(standing)),
  decide: (space, standing) => decide(space, own(standing)),
  decideWithin: (space, standing, prices) => decideWithin(space, own(standing), prices),
  words: {
    figure: { title: 'Norms against thresholds', axis: 'relative norm', lines: ['norm', 'threshold'] },
    timeline: 'When each decision was open',
    note: 'A decision is open while the norm of its part, relative to that at the start, is not below its threshold.',
  },
}
