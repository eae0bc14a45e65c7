import {
  compile,
  createModel,
  disposeModel,
  evaluateWith,
  execute,
  type LabelledImages,
  type Program,
  readAll,
  type Step,
  softmaxCrossEntropy,
} from '../../engine/index.js'
import type { Weights } from '../../network/index.js'
import { decode } from '../space/decode.js'
import { type Space, searchable } from '../space/space.js'
import { type Architecture, checkArchitecture, largest } from '../space/space-architectures.js'
import { superkernel } from '../supernet/superkernel.js'
import { gatedExecution } from '../supernet/supernet.js'
import { fedCuts, gateFeeds } from './architecture-gates.js'
import type { OneShotSupernet } from './one-shot-step.js'

/** How good an architecture is with the weights that it shares. */
export interface OneShotScore {
  /** Share of the images classified right. */
  readonly accuracy: number
  /** Mean cross-entropy. */
  readonly crossEntropy: number
}

/** Scores architectures of one space, one after the other, without compiling anything for each. */
export interface OneShotScorer {
  /** Throws InputError naming the block when a choice is not in the space. */
  score(architecture: Architecture): OneShotScore
  dispose(): void
}

/** A supernet with given weights, named and shaped as those of the space's largest network. */
export function oneShotSupernet(space: Space, weights: Weights): OneShotSupernet {
  const network = Object.freeze({ ...decode(space, largest(space)), weights })
  return { space, network, model: createModel(network), superkernels: searchable(space).map(superkernel) }
}

/** Evaluates the architecture whose gates are fed, with batch norms of the batch. Outputs: `loss` and `logits`. */
export const scoreStep =
  (supernet: OneShotSupernet): Step =>
  feeds => {
    const values = readAll(supernet.model.variables)
    const value = (name: string) => values.get(name)!
    const execution = gatedExecution(supernet, fedCuts(supernet, feeds, value), value)
    const logits = execute(supernet.network, feeds['images']!, { ...execution, statistics: 'batch' })
    return { loss: softmaxCrossEntropy(logits, feeds['labels']!), logits }
  }

/** Scores one architecture with a program of `scoreStep`: the weights as they are now. */
export function scoreWith(
  program: Program,
  { space, model }: OneShotSupernet,
  architecture: Architecture,
  batches: Iterable<LabelledImages>,
): OneShotScore {
  const checked = checkArchitecture(space, architecture)
  const { accuracy, loss } = evaluateWith(program, model, batches, () => gateFeeds(space, checked))
  return { accuracy, crossEntropy: loss }
}

/**
 * Opens a supernet for scoring on batches of held-out images: a score is a function of the weights, the images and the
 * architecture. Batch norms take mean and variance of the batch in hand, as running ones would be of no network; so the
 * batches should be large, and equally so.
 */
export function oneShotScorer(
  space: Space,
  weights: Weights,
  batches: readonly LabelledImages[],
): OneShotScorer {
  const supernet = oneShotSupernet(space, weights)
  const program = compile(scoreStep(supernet))
  return {
    score: architecture => scoreWith(program, supernet, architecture, batches),
    dispose() {
      program.dispose()
      disposeModel(supernet.model)
    },
  }
}
