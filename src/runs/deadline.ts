/** When a session's work has to end. */
export interface Deadline {
  passed(): boolean
}

/** So many seconds from now, by a clock that setting the time of day does not move. */
export function deadlineIn(seconds: number, now: () => number = () => performance.now()): Deadline {
  const end = now() + 1000 * seconds
  return { passed: () => now() >= end }
}
