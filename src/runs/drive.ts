import { InterruptedError, NothingYetError } from '../errors.js'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import type { Deadline } from './deadline.js'
import { onDisk } from './disk-failure.js'
import type { Job } from './job.js'
import { appendJournal, cutJournal, journalBytes, syncJournal } from './journal.js'
import { withLock } from './lock.js'
import { versionWarning } from './other-version.js'
import { type ProgressSink, pace, silent } from './progress.js'
import { risingClock } from './rising-clock.js'
import { type Run, resumeCommand } from './run.js'
import { markFailed, readStatus, writeStatus } from './status.js'

export interface DriveOptions {
  readonly progress?: ProgressSink
  /** Aborted on Ctrl-C: the step in hand is finished, a checkpoint written, InterruptedError thrown. */
  readonly signal?: AbortSignal
  readonly checkpointSeconds?: number
  /**
   * When this has passed the job ends after the step in hand, with the best it has so far. The checkpoint is kept: driven
   * again it goes on to its full result.
   */
  readonly deadline?: Deadline | undefined
}

/** Whoever follows a run from outside sees where it stands as often as this. */
const STATUS_SECONDS = 2

/**
 * Steps a job to its end in a run folder, from its checkpoint where there is one. Killed and driven again any
 * number of times it gives the journal and result of an undisturbed run.
 *
 * Throws InterruptedError after `signal`; NothingYetError at a deadline that comes too soon; RunError when the run is held by
 * another process, both checkpoints are damaged or the disk refuses; and whatever the job throws. In all these cases
 * the last checkpoint stands.
 */
export function drive<State, Result>(
  job: Job<State, Result>,
  run: Run,
  options: DriveOptions = {},
): Promise<Result> {
  return withLock(run, async () => {
    try {
      return await stepToEnd(job, run, options)
    } catch (error) {
      if (!leavesResumable(error)) markFailed(run, error)
      throw error
    }
  })
}

/** Whether a session ended as it was told to, with all that it had safe. */
export const leavesResumable = (error: unknown): boolean =>
  error instanceof InterruptedError || error instanceof NothingYetError

async function stepToEnd<State, Result>(
  job: Job<State, Result>,
  run: Run,
  { progress = silent, signal, checkpointSeconds = 30, deadline }: DriveOptions,
): Promise<Result> {
  const begun = performance.now()
  const { seconds: before, endedEarly = false } = readStatus(run)
  const found = loadCheckpoint(run)
  const clock = risingClock(found?.at)
  const warnings = [found?.warning, found && versionWarning(run)]
  for (const warning of warnings) if (warning !== undefined) progress.line(warning)
  onDisk(run, () => cutJournal(run, found?.journalBytes ?? 0))

  let state: State = found === undefined ? await job.init() : await job.unpack(found.snapshot)
  let step = found?.step ?? 0
  let savedStep = found?.warning === undefined ? found?.step : undefined
  let savedAt = performance.now()
  let yieldedAt = savedAt
  let toldAt = savedAt
  let early = false
  const paced = pace()

  const tell = () => {
    toldAt = performance.now()
    writeStatus(run, {
      progress: paced(job.progress(state)),
      seconds: before + (toldAt - begun) / 1000,
      // An early result stands until the whole one takes its place.
      ...((early || (endedEarly && !job.done(state))) && { endedEarly: true }),
    })
  }
  const save = () => {
    if (savedStep !== step) {
      onDisk(run, () => {
        syncJournal(run)
        saveCheckpoint(run, job.pack(state), { step, journalBytes: journalBytes(run), at: clock() })
      })
    }
    savedStep = step
    savedAt = performance.now()
    tell()
  }
  const interrupted = () => {
    const { done, total } = job.progress(state)
    return new InterruptedError(
      `Interrupted at ${done} of ${total}; everything so far is safe. Continue with: ${resumeCommand(run.name)}`,
    )
  }

  const soFar = async () => {
    const { done, total, label } = job.progress(state)
    progress.line(`The deadline has passed at ${done} of ${total}, ${label}: ending with the best so far.`)
    try {
      return await job.result(state)
    } catch (error) {
      if (!(error instanceof NothingYetError)) throw error
      throw new NothingYetError(
        `The deadline has passed, and there is nothing to give yet: ${error.message}. Everything so far is safe. Continue with: ${resumeCommand(run.name)}`,
      )
    }
  }

  try {
    save()
    progress.update(paced(job.progress(state)))
    while (!job.done(state)) {
      // Steps that never wait for anything would keep Ctrl-C from being heard.
      if (performance.now() - yieldedAt >= 50) {
        await new Promise(setImmediate)
        yieldedAt = performance.now()
      }
      if (signal?.aborted) {
        save()
        throw interrupted()
      }
      early = deadline?.passed() ?? false
      if (early) break
      const { state: next, report } = await job.step(state)
      state = next
      step++
      const entries = report?.entries ?? []
      onDisk(run, () =>
        appendJournal(
          run,
          step,
          entries.map(({ entry }) => entry),
          clock,
        ),
      )
      for (const { line } of entries) if (line !== undefined) progress.line(line)
      progress.update(paced(job.progress(state)))
      if (performance.now() - savedAt >= checkpointSeconds * 1000) save()
      else if (performance.now() - toldAt >= STATUS_SECONDS * 1000) tell()
    }
    save()
    return await (early ? soFar() : job.result(state))
  } finally {
    job.dispose?.(state)
  }
}
