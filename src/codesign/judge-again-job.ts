import type { Job } from '../runs/index.js'
import type { Pair } from './accuracy-model.js'
import { memberName } from './member-name.js'

/** Shares of the members that have been judged, in their order. */
interface JudgedState {
  readonly shares: readonly number[]
}

/**
 * Members of a front judged on every held-out image. Of many networks that were judged on few images the best are also those that
 * had luck with them, so that their own accuracies say too much. The result is of the first members where it is cut short.
 */
export function judgeAgainJob(
  pairs: readonly Pair[],
  accuracy: (pair: Pair) => number,
): Job<JudgedState, readonly number[]> {
  const keys = pairs.map(({ architecture, scheme }) => `${scheme} ${architecture.join()}`)
  return {
    init: async () => ({ shares: [] }),
    async step({ shares }) {
      const place = shares.length
      const known = keys.indexOf(keys[place]!)
      const share = known < place ? shares[known]! : accuracy(pairs[place]!)
      return {
        state: { shares: [...shares, share] },
        report: { entries: [{ entry: { judgedAgain: memberName(place), heldOut: share } }] },
      }
    },
    done: ({ shares }) => shares.length === pairs.length,
    result: async ({ shares }) => shares,
    pack: json => ({ json, tensors: {} }),
    unpack: async ({ json }) => json as JudgedState,
    progress: ({ shares }) => ({
      done: shares.length,
      total: pairs.length,
      label: 'judge the front again',
    }),
  }
}
