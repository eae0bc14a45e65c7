import { NothingYetError } from '../../src/errors.js'
import type { Job } from '../../src/runs/index.js'

/**
 * What a job comes to when a deadline ends it after so many steps, for each of `after` (rising); where that is nothing yet,
 * what it says. Each time it goes through its packed form, as after a checkpoint, so that none knows of the others.
 */
export async function cutShort<State, Result>(
  make: () => Job<State, Result>,
  after: readonly number[],
): Promise<readonly (Result | string)[]> {
  const job = make()
  const found: (Result | string)[] = []
  let state: State = await job.init()
  let step = 0
  for (const steps of after) {
    for (; step < steps; step++) state = (await job.step(state)).state
    found.push(await resultOf(make(), structuredClone(job.pack(state))))
  }
  job.dispose?.(state)
  return found
}

async function resultOf<State, Result>(
  job: Job<State, Result>,
  packed: ReturnType<Job<State, Result>['pack']>,
): Promise<Result | string> {
  const state = await job.unpack(packed)
  try {
    return await job.result(state)
  } catch (error) {
    if (!(error instanceof NothingYetError)) throw error
    return error.message
  } finally {
    job.dispose?.(state)
  }
}
