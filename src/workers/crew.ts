/** Who does the tasks of a pool: this thread, other threads, other machines. */
export interface Crew {
  /**
   * Does a task, text to text (`answerTo`). Rejects only when the task could not be done at all. Once `signal` is aborted
   * nobody waits for it any more.
   */
  run(task: string, signal: AbortSignal): Promise<string>
  /** How many tasks can be done at a time; 0 where nobody has come yet. */
  readonly size: number
  /** Tasks that wait for somebody to take them. */
  readonly waiting: number
  /** Ends at once; tasks in hand are given up. */
  close(): Promise<void>
}
