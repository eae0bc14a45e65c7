import {
  compile,
  createModel,
  createVariable,
  disposeModel,
  type Evaluation,
  evaluateWith,
  execute,
  type LabelledImages,
  type Model,
  readVariables,
  softmax,
  softmaxCrossEntropy,
  statelessUniform,
  type Tensor,
  type Tensors,
  tf,
  type Variable,
} from '../../engine/index.js'
import { initialize, type Weights } from '../../network/index.js'
import {
  type ChoiceStanding,
  countOpenChoices,
  decideChoices,
  decideChoicesWithin,
  logSoftmax,
} from '../decision/decide-choices.js'
import { decode } from '../space/decode.js'
import { choicePrice } from '../space/price.js'
import { type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import type { SpacePrices } from '../space/space-prices.js'
import type { Formulation, Listed, Searched, Standing } from './formulation.js'
import { type Mixture, multiPathNetwork, multiPathWeight } from './multi-path-network.js'

/** τ of the Gumbel-softmax, from the first constrained step to the last, evenly on a log scale. */
const TEMPERATURES = [5, 0.5] as const

/**
 * A multi-path supernet: every choice of a block is a candidate with weights of its own, and a block is the sum of its
 * candidates, each times its probability. `logits` of every block, [choices], are trained beside the weights.
 */
export interface MultiPath {
  readonly space: Space
  readonly model: Model
  readonly mixtures: readonly Mixture[]
  readonly logits: readonly Variable[]
}

/** Weights drawn by `seed` and all logits 0; or, with `packed`, weights and logits as they were. */
export function createMultiPath(space: Space, seed: number, packed?: Weights): MultiPath {
  const { network, mixtures } = multiPathNetwork(space)
  const model = createModel(packed ? { ...network, weights: packed } : initialize(network, seed))
  const logits = mixtures.map(({ block: { name, choices } }) => {
    const length = choices.length
    return createVariable(
      `${name}/logits`,
      [length],
      packed?.[`${name}/logits`]?.data ?? new Float32Array(length),
    )
  })
  return { space, model, mixtures, logits }
}

export function disposeMultiPath({ model, logits }: MultiPath): void {
  disposeModel(model)
  for (const variable of logits) variable.dispose()
}

/** How probabilities are made of logits: by a softmax, or by one with noise. */
export type Sampling = 'softmax' | 'gumbel'

/**
 * Probabilities of every block's choices: softmax(logits), or softmax((logits + noise · g) / τ) with
 * g = −ln(−ln u), u uniform by seed, step and block; `noise` (0 or 1) and 1 / τ are fed. [choices] each.
 */
export const probabilitiesOf = (
  { logits }: MultiPath,
  sampling: Sampling,
  value: (name: string) => Tensor,
  { seed, step, noise, inverseTemperature }: Tensors,
): Tensor[] =>
  logits.map(({ name, shape }) => {
    if (sampling === 'softmax') return softmax(value(name))
    const uniform = statelessUniform(shape, { seed: seed!, step: step!, name })
    const positive = tf.maximum(uniform, 2 ** -25)
    const gumbel = tf.neg(tf.log(tf.neg(tf.log(positive))))
    const noisy = tf.add(value(name), tf.mul(gumbel, noise!))
    return softmax(tf.mul(noisy, inverseTemperature!))
  })

/** The output of every candidate times its probability. `probabilities`: of every block, [choices]. */
export function mixedOutputs(
  { mixtures }: Pick<MultiPath, 'mixtures'>,
  probabilities: readonly Tensor[],
): (layer: string, output: Tensor) => Tensor {
  const factors = new Map(
    mixtures.flatMap(({ outputs }, b) =>
      outputs.map((layer, i): [string, Tensor] => [layer, tf.slice(probabilities[b]!, [i], [1])]),
    ),
  )
  return (layer, output) => {
    const factor = factors.get(layer)
    return factor ? tf.mul(output, factor) : output
  }
}

/** R = fixed + Σ_b Σ_i p_i · price_i, every price exact. Scalar. `probabilities` as for `mixedOutputs`. */
export function mixedPrice(
  space: Space,
  { fixed, rows }: SpacePrices,
  probabilities: readonly Tensor[],
): Tensor {
  const blocks = searchable(space).map((block, b) => {
    const prices = block.choices.map(choice => choicePrice(block, rows[b]!, choice))
    return tf.sum(tf.mul(probabilities[b]!, tf.tensor1d(prices)))
  })
  return tf.add(tf.addN(blocks), fixed)
}

/** The probability of every choice, and how far it is above the largest of the others of its block. */
function listedOf({ logits }: MultiPath, value: (name: string) => Tensor): Listed<Tensor> {
  const blocks = logits.map(({ name, shape: [length] }) => {
    const probabilities = softmax(value(name))
    const others = tf.sub(1, tf.eye(length!))
    const largest = tf.max(tf.mul(tf.reshape(probabilities, [1, -1]), others), 1) as Tensor
    return { margins: tf.sub(probabilities, largest) as Tensor, thresholds: largest }
  })
  const joined = (part: keyof Listed<Tensor>) =>
    tf.concat(blocks.map(block => block[part]) as never) as Tensor
  return { margins: joined('margins'), thresholds: joined('thresholds') }
}

/** A multi-path supernet as the search trains it. In the warm-up all choices count the same. */
export function multiPathSearched(
  supernet: MultiPath,
  sampling: Sampling,
  prices: readonly SpacePrices[],
): Searched {
  const { space, model, logits } = supernet
  const standingOf = (): ChoiceStanding =>
    Object.values(readVariables(logits)).map(({ data }) => logSoftmax([...data]))
  return {
    space,
    model,
    parameters: logits,
    feeds({ thresholdRate, share }) {
      const constrained = share >= 0
      const [first, last] = TEMPERATURES
      const temperature = first * (last / first) ** Math.min(1, Math.max(0, share))
      return {
        thresholdRate: tf.scalar(constrained ? thresholdRate : 0),
        ...(sampling === 'gumbel' && {
          noise: tf.scalar(constrained ? 1 : 0),
          inverseTemperature: tf.scalar(1 / temperature),
        }),
      }
    },
    pass(value, feeds) {
      const probabilities = probabilitiesOf(supernet, sampling, value, feeds)
      return {
        execution: { weight: value, output: mixedOutputs(supernet, probabilities) },
        prices: prices.map(price => mixedPrice(space, price, probabilities)),
        listed: listedOf(supernet, value),
      }
    },
    read() {
      const values = readVariables(logits)
      const listed = { margins: [] as number[], thresholds: [] as number[] }
      tf.tidy(() => {
        const { margins, thresholds } = listedOf(supernet, name => tf.tensor1d(values[name]!.data))
        listed.margins = [...margins.dataSync()]
        listed.thresholds = [...thresholds.dataSync()]
      })
      return { standing: standingOf(), listed }
    },
    evaluate: batches => evaluateDecided(model, space, decideChoices(space, standingOf()), batches),
    dispose: () => disposeMultiPath(supernet),
  }
}

/** Evaluates the decoded network with its candidates' weights: at its own cost, not that of all candidates. */
function evaluateDecided(
  { variables }: Model,
  space: Space,
  architecture: Architecture,
  batches: Iterable<LabelledImages>,
): Evaluation {
  const network = decode(space, architecture)
  const nameOf = multiPathWeight(space, architecture)
  const program = compile(({ images, labels }) => {
    const logits = execute(network, images!, { weight: name => variables.get(nameOf(name))!.read() })
    return { loss: softmaxCrossEntropy(logits, labels!), logits }
  })
  try {
    return evaluateWith(program, { network }, batches)
  } finally {
    program.dispose()
  }
}

const own = (standing: Standing) => standing as ChoiceStanding

/** Every candidate with weights of its own, mixed by softmax, or by Gumbel-softmax. */
export const multiPath = (sampling: Sampling): Formulation => ({
  create: ({ space, seed, prices }, packed) =>
    multiPathSearched(createMultiPath(space, seed, packed), sampling, prices),
  decisions: space =>
    searchable(space).flatMap(({ name, choices }) => choices.map(part => ({ block: name, part }))),
  countOpen: (space, standing) => countOpenChoices(space, own(standing)),
  decide: (space, standing) => decideChoices(space, own(standing)),
  decideWithin: (space, standing, prices) => decideChoicesWithin(space, own(standing), prices),
  words: {
    figure: { title: 'Probability of each choice', axis: 'probability', lines: ['probability'] },
    timeline: 'When each choice was the most probable',
    note: 'A choice is open while no other of its block is more probable.',
  },
})
