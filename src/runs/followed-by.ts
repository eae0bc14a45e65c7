import { NothingYetError } from '../errors.js'
import type { Weights } from '../network/index.js'
import type { Job, Snapshot } from './job.js'
import { prefixed, unprefixed } from './prefixed.js'

/** The first of two jobs in progress; or packed as it ended, and the second one unless there is none. */
export interface FollowedState<A, B> {
  readonly first?: A
  readonly ended?: Snapshot
  readonly second?: B
}

const ENDED = 'first:'
const SECOND = 'second:'

/**
 * A job, and one that is made of its result, as one job. Cut short in the first, nothing has followed; in the second before
 * that has anything to give, it is as if nothing had. `then` must depend on the result alone; it may also say that nothing
 * follows.
 */
export function followedBy<A, R, B, S>(
  first: Job<A, R>,
  then: (result: R) => Job<B, S> | undefined,
): Job<FollowedState<A, B>, readonly [R, S | undefined]> {
  let following: { readonly result: R; readonly job: Job<B, S> | undefined } | undefined
  const follow = async (ended: Snapshot) => {
    if (following === undefined) {
      const state = await first.unpack(ended)
      const result = await first.result(state)
      following = { result, job: then(result) }
    }
    return following
  }
  const second = () => following!.job!

  return {
    init: async () => ({ first: await first.init() }),
    async step(state) {
      if (state.first === undefined) {
        const { state: next, report } = await second().step(state.second!)
        return { state: { ...state, second: next }, ...(report && { report }) }
      }
      const { state: next, report } = await first.step(state.first)
      if (!first.done(next)) return { state: { first: next }, ...(report && { report }) }
      const ended = first.pack(next)
      first.dispose?.(next)
      const { job } = await follow(ended)
      return { state: { ended, ...(job && { second: await job.init() }) }, ...(report && { report }) }
    },
    done: state => state.first === undefined && (state.second === undefined || second().done(state.second)),
    async result(state) {
      if (state.first !== undefined) return [await first.result(state.first), undefined]
      const { result, job } = await follow(state.ended!)
      if (state.second === undefined) return [result, undefined]
      try {
        return [result, await job!.result(state.second)]
      } catch (error) {
        if (error instanceof NothingYetError) return [result, undefined]
        throw error
      }
    },
    pack(state) {
      if (state.first !== undefined) {
        const { json, tensors } = first.pack(state.first)
        return { json: { first: json } satisfies Packed, tensors }
      }
      const { json: ended, tensors: before } = state.ended!
      const own = state.second === undefined ? undefined : second().pack(state.second)
      const json: Packed = { ended, ...(own && { second: own.json }) }
      const tensors: Weights = { ...prefixed(before, ENDED), ...prefixed(own?.tensors ?? {}, SECOND) }
      return { json, tensors }
    },
    async unpack({ json, tensors }) {
      const packed = json as Packed
      if ('first' in packed) return { first: await first.unpack({ json: packed.first, tensors }) }
      const ended = { json: packed.ended, tensors: unprefixed(tensors, ENDED) }
      const { job } = await follow(ended)
      if (job === undefined || packed.second === undefined) return { ended }
      const own = { json: packed.second, tensors: unprefixed(tensors, SECOND) }
      return { ended, second: await job.unpack(own) }
    },
    progress: state =>
      state.first !== undefined
        ? first.progress(state.first)
        : state.second !== undefined
          ? second().progress(state.second)
          : { done: 1, total: 1, label: 'done' },
    dispose(state) {
      if (state.first !== undefined) first.dispose?.(state.first)
      if (state.second !== undefined) second().dispose?.(state.second)
    },
  }
}

type Packed = { readonly first: unknown } | { readonly ended: unknown; readonly second?: unknown }
