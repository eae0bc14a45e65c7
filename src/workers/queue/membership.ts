import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import { InputError } from '../../errors.js'
import { connect } from './connect.js'
import { keys, type QueueTimes, type QueueWorker } from './protocol.js'

interface Member {
  readonly version: string
  readonly role: 'worker' | 'run'
  readonly lease: number
}

/** A connection to a queue whose version is one's own, and what keeps it so. Throws InputError as `connect` and `claimVersion`. */
export async function enter(
  url: string,
  member: Member,
): Promise<{ readonly redis: Redis; claim(): Promise<void> }> {
  const redis = await connect(url)
  const claim = () => claimVersion(redis, member)
  try {
    await claim()
  } catch (error) {
    redis.disconnect()
    throw error
  }
  return { redis, claim }
}

/**
 * Renews the claim that everybody at this queue is of one version; the first to come decides which.
 * Throws InputError to whoever is of another, and leaves word of it for the others (`refusals`).
 */
async function claimVersion(redis: Redis, { version, role, lease }: Member): Promise<void> {
  await redis.set(keys.version, version, 'PX', lease, 'NX')
  const there = await redis.get(keys.version)
  if (there === version) {
    await redis.pexpire(keys.version, lease)
    return
  }
  const who = `${role} of version ${version} on ${hostname()} (process ${process.pid})`
  await redis.set(
    keys.refused,
    `A ${who} was refused: here everybody is of ${there}. Install the same version there.`,
    'PX',
    lease,
  )
  throw new InputError(
    `This ${who} was refused by the queue: everybody else there is of version ${there}. Install one version on all machines, or come back ${lease / 1000} s after the others have left.`,
  )
}

/** Passes on, once each, what was said to others who were refused. */
export function refusals(redis: Redis, say: (line: string) => void): () => Promise<void> {
  let heard: string | null = null
  return async () => {
    const said = await redis.get(keys.refused)
    if (said !== null && said !== heard) say(said)
    heard = said
  }
}

/** The server's clock, which all machines share, in ms. */
async function serverTime(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1000 + Number(microseconds) / 1000
}

/** Says that a worker is there. */
export async function reportWorker(redis: Redis, worker: QueueWorker): Promise<void> {
  await redis.zadd(keys.workers, String(await serverTime(redis)), JSON.stringify(worker))
}

/** Workers heard of lately; others are struck off. */
export async function presentWorkers(
  redis: Redis,
  { lease }: Pick<QueueTimes, 'lease'>,
): Promise<readonly QueueWorker[]> {
  await redis.zremrangebyscore(keys.workers, '-inf', String((await serverTime(redis)) - lease))
  const found = await redis.zrange(keys.workers, '0', '-1')
  return found.map(text => JSON.parse(text) as QueueWorker)
}
