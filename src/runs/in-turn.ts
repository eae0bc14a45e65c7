import { NothingYetError } from '../errors.js'
import type { Job, JournalEntry, Snapshot } from './job.js'
import { prefixed, unprefixed } from './prefixed.js'

/** One of several jobs that are done in turn. */
export interface NamedJob<State, Result> {
  /** Of its journal entries; unique. */
  readonly name: string
  readonly job: Job<State, Result>
}

/** Jobs that are done, packed, and the one in hand. */
export interface InTurnState<State> {
  readonly finished: readonly Snapshot[]
  /** Absent once all are done. */
  readonly current?: State
}

/** A packed state but for its tensors, which are named `<place> <name>`. */
interface PackedInTurn {
  readonly finished: readonly unknown[]
  readonly current?: unknown
}

/**
 * Jobs of one kind as one job: each from its first state to its last, one after the other; the result is all of theirs.
 * Finished ones are kept packed until the end. Cut short, the result is those of the finished ones and of the one in hand,
 * unless that has nothing yet. Journal entries carry the name of theirs as `of` where there are several.
 */
export function inTurn<State, Result>(
  jobs: readonly NamedJob<State, Result>[],
): Job<InTurnState<State>, readonly Result[]> {
  const jobAt = (at: number) => jobs[at]!.job
  const named = (entry: JournalEntry, at: number): JournalEntry =>
    jobs.length > 1 ? { of: jobs[at]!.name, ...entry } : entry

  return {
    init: async () => ({ finished: [], current: await jobAt(0).init() }),
    async step({ finished, current }) {
      const at = finished.length
      const job = jobAt(at)
      const { state, report } = await job.step(current!)
      const entries = report?.entries?.map(({ entry, ...line }) => ({ entry: named(entry, at), ...line }))
      const told = entries ? { report: { entries } } : {}
      if (!job.done(state)) return { state: { finished, current: state }, ...told }
      const snapshot = job.pack(state)
      job.dispose?.(state)
      const done = [...finished, snapshot]
      if (done.length === jobs.length) return { state: { finished: done }, ...told }
      return { state: { finished: done, current: await jobAt(done.length).init() }, ...told }
    },
    done: ({ finished }) => finished.length === jobs.length,
    async result({ finished, current }) {
      const results: Result[] = []
      for (const [at, snapshot] of finished.entries()) {
        const job = jobAt(at)
        results.push(await job.result(await job.unpack(snapshot)))
      }
      if (current === undefined) return results
      try {
        return [...results, await jobAt(finished.length).result(current)]
      } catch (error) {
        if (!(error instanceof NothingYetError) || results.length === 0) throw error
        return results
      }
    },
    pack({ finished, current }) {
      const snapshots = [
        ...finished,
        ...(current === undefined ? [] : [jobAt(finished.length).pack(current)]),
      ]
      const json: PackedInTurn = {
        finished: finished.map(({ json }) => json),
        ...(current !== undefined && { current: snapshots.at(-1)!.json }),
      }
      const tensors = snapshots.map(({ tensors }, at) => prefixed(tensors, `${at} `))
      return { json, tensors: Object.assign({}, ...tensors) }
    },
    async unpack({ json, tensors }) {
      const { finished, current } = json as PackedInTurn
      const snapshotAt = (own: unknown, at: number): Snapshot => ({
        json: own,
        tensors: unprefixed(tensors, `${at} `),
      })
      const state = { finished: finished.map(snapshotAt) }
      if (current === undefined) return state
      const at = finished.length
      return { ...state, current: await jobAt(at).unpack(snapshotAt(current, at)) }
    },
    progress({ finished, current }) {
      if (current === undefined) return { done: jobs.length, total: jobs.length, label: 'done' }
      const at = finished.length
      const { label, ...position } = jobAt(at).progress(current)
      return { ...position, label: jobs.length > 1 ? `${label} (${at + 1} of ${jobs.length})` : label }
    },
    dispose({ finished, current }) {
      if (current !== undefined) jobAt(finished.length).dispose?.(current)
    },
  }
}
