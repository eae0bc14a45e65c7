import { versions } from '../../runs/index.js'

/** Goes up whenever tasks, setups or answers are written in another way. */
const SCHEMA = 1

/** Runs and workers of one queue must be of one version. */
export const VERSION = `${versions().tandem}, tasks ${SCHEMA}`

/** Prefix of all keys, and the name of BullMQ's queue. */
export const PREFIX = 'tandem'
export const QUEUE = 'evaluations'

/** Keys beside those of BullMQ. */
export const keys = Object.freeze({
  /** The version that everybody there is of; goes when nobody renews it. */
  version: `${PREFIX}:version`,
  /** What was said to the last one who was of another version. */
  refused: `${PREFIX}:refused`,
  /** Who works, by when they were last heard of. */
  workers: `${PREFIX}:workers`,
  /** There while a run waits for its answers. */
  run: (id: string) => `${PREFIX}:run:${id}`,
  /** Answers that a run has not taken yet. */
  answers: (id: string) => `${PREFIX}:answers:${id}`,
  /** The text of a work, by its hash. */
  setup: (hash: string) => `${PREFIX}:setup:${hash}`,
})

/** A task as it travels. */
export interface QueuedTask {
  readonly run: string
  /** Hash of the work's text. */
  readonly setup: string
  readonly task: string
}

/** An answer as it travels back. */
export interface QueuedAnswer {
  readonly id: string
  readonly answer: string
}

/** A worker as runs see it. */
export interface QueueWorker {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly concurrency: number
}

/** Times in ms. */
export interface QueueTimes {
  /** Between two signs of life. */
  readonly beat: number
  /** Without a sign of life this long, somebody is gone. */
  readonly lease: number
  /** A task whose worker has not renewed its claim this long is given to another. */
  readonly lock: number
  /** A run ends when the server has been silent this long. */
  readonly lost: number
  /** What nobody has fetched goes after this. */
  readonly keep: number
}

export const QUEUE_TIMES: QueueTimes = Object.freeze({
  beat: 3000,
  lease: 20_000,
  lock: 10_000,
  lost: 60_000,
  keep: 3_600_000,
})
