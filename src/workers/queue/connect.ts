import { Redis } from 'ioredis'
import { InputError } from '../../errors.js'
import { PASSWORD, parseQueueUrl } from './queue-url.js'

/** A server that does not answer in this time is taken not to be there. */
const CONNECT_MS = 3000

/**
 * A connection to a Redis server, which comes back by itself when it is lost later on. Throws InputError with the remedy when
 * the server does not answer within a few seconds.
 */
export async function connect(url: string): Promise<Redis> {
  const { host, port, database, tls } = parseQueueUrl(url)
  const password = process.env[PASSWORD]
  let connected = false
  const redis = new Redis({
    ...{ host, port, db: database, lazyConnect: true, connectTimeout: CONNECT_MS },
    ...(password && { password }),
    ...(tls && { tls: {} }),
    maxRetriesPerRequest: null,
    retryStrategy: times => (connected ? Math.min(100 * times, 2000) : null),
  })
  let reason: Error | undefined
  redis.on('error', error => {
    reason = error
  })
  try {
    await within(CONNECT_MS, redis.connect())
    connected = true
    return redis
  } catch (error) {
    redis.disconnect()
    throw new InputError(
      [
        `The queue at ${url} cannot be reached: ${(reason ?? (error as Error)).message}`,
        'Start a Redis server there (Debian: apt install redis-server; redis-server --bind ADDRESS), or leave out --queue to work on this machine.',
      ].join('\n'),
    )
  }
}

/** The value, or an Error when it takes longer. */
export async function within<T>(limitMs: number, value: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limitMs / 1000} s`)), limitMs)
  })
  try {
    return await Promise.race([value, late])
  } finally {
    clearTimeout(timer)
  }
}
