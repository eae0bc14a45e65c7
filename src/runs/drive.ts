import { InterruptedError } from '../errors.js'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import { onDisk } from './disk-failure.js'
import type { Job } from './job.js'
import { appendJournal, cutJournal, journalBytes, syncJournal } from './journal.js'
import { withLock } from './lock.js'
import { type ProgressSink, pace, silent } from './progress.js'
import { type Run, resumeCommand } from './run.js'
import { markFailed, readStatus, writeStatus } from './status.js'

export interface DriveOptions {
  readonly progress?: ProgressSink
  /** Aborted on Ctrl-C: the step in hand is finished, a checkpoint written, InterruptedError thrown. */
  readonly signal?: AbortSignal
  readonly checkpointSeconds?: number
  /** When this has passed the job ends after the step in hand, with the best it has so far. */
  readonly deadline?: Date
}

/** Whoever follows a run from outside sees where it stands as often as this. */
const STATUS_SECONDS = 2

/**
 * Steps a job to its end in a run folder, from its checkpoint where there is one. Killed and driven again any
 * number of times it gives the journal and result of an undisturbed run.
 *
 * Throws InterruptedError after `signal`; RunError when the run is held by another process, both checkpoints
 * are damaged or the disk refuses; and whatever the job throws. In all these cases the last checkpoint stands.
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
      if (!(error instanceof InterruptedError)) markFailed(run, error)
      throw error
    }
  })
}

async function stepToEnd<State, Result>(
  job: Job<State, Result>,
  run: Run,
  { progress = silent, signal, checkpointSeconds = 30, deadline }: DriveOptions,
): Promise<Result> {
  const begun = Date.now()
  const before = readStatus(run).seconds
  const found = loadCheckpoint(run)
  if (found?.warning) progress.line(found.warning)
  onDisk(run, () => cutJournal(run, found?.journalBytes ?? 0))

  let state: State = found === undefined ? await job.init() : await job.unpack(found.snapshot)
  let step = found?.step ?? 0
  let savedStep = found?.warning === undefined ? found?.step : undefined
  let savedAt = Date.now()
  let yieldedAt = savedAt
  let toldAt = savedAt
  const paced = pace()

  const tell = () => {
    toldAt = Date.now()
    writeStatus(run, { progress: paced(job.progress(state)), seconds: before + (toldAt - begun) / 1000 })
  }
  const save = () => {
    if (savedStep !== step) {
      onDisk(run, () => {
        syncJournal(run)
        saveCheckpoint(run, job.pack(state), { step, journalBytes: journalBytes(run) })
      })
    }
    savedStep = step
    savedAt = Date.now()
    tell()
  }
  const interrupted = () => {
    const { done, total } = job.progress(state)
    return new InterruptedError(
      `Interrupted at ${done} of ${total}; everything so far is safe. Continue with: ${resumeCommand(run.name)}`,
    )
  }

  try {
    save()
    progress.update(paced(job.progress(state)))
    while (!job.done(state)) {
      // Steps that never wait for anything would keep Ctrl-C from being heard.
      if (Date.now() - yieldedAt >= 50) {
        await new Promise(setImmediate)
        yieldedAt = Date.now()
      }
      if (signal?.aborted) {
        save()
        throw interrupted()
      }
      if (deadline !== undefined && Date.now() >= deadline.getTime()) {
        progress.line(`The deadline has passed at step ${step}: ending with the best so far.`)
        break
      }
      const { state: next, report } = await job.step(state)
      state = next
      step++
      const entries = report?.entries ?? []
      onDisk(run, () =>
        appendJournal(
          run,
          step,
          entries.map(({ entry }) => entry),
        ),
      )
      for (const { line } of entries) if (line !== undefined) progress.line(line)
      progress.update(paced(job.progress(state)))
      if (Date.now() - savedAt >= checkpointSeconds * 1000) save()
      else if (Date.now() - toldAt >= STATUS_SECONDS * 1000) tell()
    }
    save()
    return await job.result(state)
  } finally {
    job.dispose?.(state)
  }
}
