import type { Job, JournalEntry } from '../../src/runs/index.js'

/**
 * Takes a job to its end; at the steps in `repacked` a new one goes on from its packed form, as from a checkpoint. `look`
 * sees the job after every step; what it returns is kept in `looks`, but for undefined.
 */
export async function toEnd<State, Result, Look = never>(
  make: () => Job<State, Result>,
  repacked: readonly number[] = [],
  look?: (job: Job<State, Result>, state: State, step: number) => Look | undefined,
) {
  let job = make()
  let state: State = await job.init()
  const entries: JournalEntry[] = []
  const lines: string[] = []
  const looks: Look[] = []
  let step = 0
  try {
    for (; !job.done(state); step++) {
      if (repacked.includes(step)) {
        const { json, tensors } = structuredClone(job.pack(state))
        job.dispose?.(state)
        job = make()
        state = await job.unpack({ json: JSON.parse(JSON.stringify(json)), tensors })
      }
      const { state: next, report } = await job.step(state)
      state = next
      entries.push(...(report?.entries ?? []).map(({ entry }) => entry))
      lines.push(...(report?.entries ?? []).flatMap(({ line }) => line ?? []))
      const seen = look?.(job, state, step)
      if (seen !== undefined) looks.push(seen)
    }
    const { total, done } = job.progress(state)
    return { result: await job.result(state), entries, lines, looks, steps: step, total, done }
  } finally {
    job.dispose?.(state)
  }
}
