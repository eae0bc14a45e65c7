import type { MiddlewareHandler } from 'hono'

const HEADERS: readonly (readonly [string, string])[] = [
  [
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cache-Control', 'no-store'],
]

/** The host of a Host header, without its port. */
const hostOf = (header: string): string => header.replace(/:\d+$/, '').toLowerCase()

/**
 * Lets through who only reads and asks under one of the server's own names. A page of another site that has had its
 * name pointed here (DNS rebinding) asks under that name.
 */
export function guard(hosts: readonly string[] | undefined): MiddlewareHandler {
  return async (c, next) => {
    for (const [name, value] of HEADERS) c.header(name, value)
    if (hosts !== undefined && !hosts.includes(hostOf(c.req.header('host') ?? ''))) {
      return c.text('This server answers to its own name only.\n', 403)
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.header('Allow', 'GET, HEAD')
      return c.text('Runs can be read here, not changed.\n', 405)
    }
    await next()
  }
}
