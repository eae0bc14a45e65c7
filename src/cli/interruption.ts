/** A signal that Ctrl-C aborts, and a way to stop listening. A second Ctrl-C ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  release(): void
}

const STEP = 'Stopping after the step in hand. Ctrl-C again stops at once, back to the last checkpoint.'

/** `said` is what the first Ctrl-C brings about. */
export function interruption(say: (text: string) => void, said = STEP): Interruption {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    say(said)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
