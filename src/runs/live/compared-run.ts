import type { ComparedRun } from '../compare.js'
import { readResult } from '../result.js'
import { readStatus, runState } from '../status.js'
import type { Watched } from './watched-runs.js'

/** What a comparison needs of a run whose journal has been read. */
export const comparedRun = ({ run, curves }: Watched): ComparedRun => ({
  run,
  state: runState(run),
  seconds: readStatus(run).seconds,
  result: readResult(run),
  curves,
})
