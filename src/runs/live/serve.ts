import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { InputError } from '../../errors.js'
import { liveApp } from './app.js'

export interface ServeOptions {
  readonly root?: string
  readonly host?: string
  /** 0 takes any that is free. */
  readonly port?: number
}

export interface Serving {
  /** Where to point a browser. */
  readonly url: string
  /** True when other machines may reach it. */
  readonly open: boolean
  close(): Promise<void>
}

const LOCAL = ['127.0.0.1', 'localhost', '[::1]', '::1']

const REFUSALS: Readonly<Record<string, string>> = Object.freeze({
  EADDRINUSE: 'is taken: choose another with --port, or 0 for any that is free',
  EACCES: 'may not be used: choose one above 1023 with --port',
  EADDRNOTAVAIL: 'is no address of this machine: choose another with --host',
  ENOTFOUND: 'is no address that is known: choose another with --host',
})

/** Serves the live page until it is closed. Throws InputError when the address cannot be used. */
export async function serveRuns({
  root,
  host = '127.0.0.1',
  port = 4270,
}: ServeOptions = {}): Promise<Serving> {
  const open = !LOCAL.includes(host)
  const app = liveApp({ ...(root !== undefined && { root }), ...(!open && { hosts: LOCAL }) })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = REFUSALS[error.code ?? '']
      reject(reason === undefined ? error : new InputError(`${host}:${port} ${reason}.`))
    })
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${taken}/`,
    open,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
