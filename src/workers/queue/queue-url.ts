import { InputError } from '../../errors.js'

/** Where a Redis server is. Plain data, without secrets. */
export interface QueueAddress {
  readonly host: string
  readonly port: number
  readonly database: number
  readonly tls: boolean
}

/** Environment variable with the password of the Redis server, where it asks for one. */
export const PASSWORD = 'TANDEM_QUEUE_PASSWORD'

/**
 * Reads redis://HOST[:PORT][/DATABASE] (rediss:// for TLS). Throws InputError for anything else, and for a password, which
 * would end up in run folders and process lists.
 */
export function parseQueueUrl(text: string): QueueAddress {
  const { protocol, hostname, port, pathname, username, password } = urlOf(text)
  const database = Number(pathname.slice(1))
  if (username !== '' || password !== '')
    throw new InputError(
      `--queue: the address holds a password, which run folders and process lists would show; set ${PASSWORD} instead`,
    )
  if (!/^rediss?:$/.test(protocol) || hostname === '' || !Number.isInteger(database)) throw wrong(text)
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    database,
    tls: protocol === 'rediss:',
  }
}

function urlOf(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw wrong(text)
  }
}

const wrong = (text: string): InputError =>
  new InputError(`--queue "${text}": expected redis://HOST or redis://HOST:PORT`)
