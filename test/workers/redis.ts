import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether Debian's redis-server, or another, is on this machine. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export interface RedisServer {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** Starts a Redis server that keeps nothing on disk; on a free port where none is named. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const at = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'tandem-redis-'))
  const options = ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  await said(server, 'Ready to accept connections')
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    async stop() {
      const ended = new Promise(resolve => server.once('exit', resolve))
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until a process has printed a text; rejects when it ends before. */
export function said(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = ''
    const hear = (data: Buffer) => {
      all += data
      if (all.includes(text)) resolve(all)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', code => reject(new Error(`ended (${code}) before it said "${text}": ${all}`)))
  })
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
