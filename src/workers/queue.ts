import type { JoinOptions } from './queue/join-queue.js'

/** Throws InputError, with the remedy, when nothing answers at the address of a queue. */
export async function checkQueue(url: string): Promise<void> {
  const { connect } = await import('./queue/connect.js')
  const redis = await connect(url)
  redis.disconnect()
}

/**
 * Works for whoever hands in tasks at a queue, until `signal`; returns how many tasks were done. Throws InputError when the
 * server cannot be reached or another version is at work there, RunError when the server falls silent.
 */
export async function joinQueue(options: JoinOptions): Promise<number> {
  const { joinQueue: join } = await import('./queue/join-queue.js')
  return join(options)
}
