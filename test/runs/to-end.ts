import type { Job, JournalEntry } from '../../src/runs/index.js'

/** Takes a job to its end; at the steps in `repacked` a new one goes on from its packed form. */
export async function toEnd<State, Result>(make: () => Job<State, Result>, repacked: readonly number[] = []) {
  let job = make()
  let state: State = await job.init()
  const entries: JournalEntry[] = []
  const lines: string[] = []
  let step = 0
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
  }
  const result = await job.result(state)
  job.dispose?.(state)
  return { result, entries, lines, steps: step }
}
