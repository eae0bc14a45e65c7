import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRun, markFailed, withLock } from '../../../src/runs/index.js'
import { liveApp } from '../../../src/runs/live/index.js'
import { temporary } from '../toy.js'
import { finishedWalk } from './finished-walk.js'

const HOSTILE = `<script>alert(1)</script>`
const root = temporary()
const app = liveApp({ root, hosts: ['127.0.0.1', 'localhost'] })

async function asked(path: string, init: RequestInit = {}, from = app) {
  const headers = { host: 'localhost:4270', ...(init.headers as Record<string, string> | undefined) }
  const answer = await from.request(path, { ...init, headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const main = async (path: string, from = app) =>
  /<main[\s\S]*<\/main>/.exec((await asked(path, {}, from)).text)![0]
const rows = (html: string) => [...html.matchAll(/<tr id="run-([^"]*)"/g)].map(([, name]) => name)

beforeAll(async () => {
  await finishedWalk(root, 'walk-1')
  await finishedWalk(root, 'walk-2', 1)
  writeFileSync(join(root, 'secret.txt'), 'CLASSIFIED')
})

describe('the list of runs', () => {
  it('says of each its state, how far it is and when it began', async () => {
    const html = await main('/')
    expect(rows(html)).toEqual(['walk-2', 'walk-1'])
    expect(html).toContain('2 runs, 0 running')
    expect(html).toMatch(/<a id="link-walk-1" href="\/runs\/walk-1">walk-1<\/a>/)
    expect(html).toContain(
      '<progress max="40" value="40" aria-label="progress: walk"></progress> 40/40, walk',
    )
    expect(html).toMatch(/<time datetime="[^"]+Z">\d{4}-\d\d-\d\d \d\d:\d\d<\/time>, worked for 0 s/)
  })

  it('is as new as the question: runs that come, go on, fail and go', async () => {
    const folder = temporary()
    const live = liveApp({ root: folder })
    const list = () => main('/', live)
    expect(await list()).toContain('No runs here.')
    const run = createRun({ root: folder, name: 'later', command: 'toy', config: {}, seed: 0, argv: [] })
    expect(await list()).toContain('<span class="state interrupted">')
    await withLock(run, async () => expect(await list()).toContain('1 run, 1 running'))
    markFailed(run, new Error(`the disk ${HOSTILE}`))
    expect(await list()).toContain('the disk &lt;script&gt;')
    rmSync(run.folder, { recursive: true })
    expect(await list()).toContain('No runs here.')
  })

  it('is filtered by words of name, command and state', async () => {
    expect(rows(await main('/?q=done+TOY'))).toEqual(['walk-2', 'walk-1'])
    expect(rows(await main('/?q=walk-1'))).toEqual(['walk-1'])
    expect(rows(await main('/?q=running'))).toEqual([])
    expect(await main(`/?q=${encodeURIComponent(`"${HOSTILE}`)}`)).toContain('value="&quot;&lt;script&gt;')
  })

  it('shows a hundred at a time, and keeps those that are chosen in sight', async () => {
    const folder = temporary()
    for (let i = 1; i <= 250; i++) {
      mkdirSync(join(folder, `r-${i}`))
      const started = new Date(Date.UTC(2030, 0, 1, 0, i)).toISOString()
      writeFileSync(
        join(folder, `r-${i}`, 'config.json'),
        JSON.stringify({ command: 'r', argv: [], seed: 0, config: {}, versions: {}, started }),
      )
    }
    const many = liveApp({ root: folder })
    expect(rows(await main('/', many))).toHaveLength(100)
    const last = await main('/?page=3&run=r-250', many)
    expect(rows(last)).toHaveLength(51)
    expect(rows(last).slice(0, 2)).toEqual(['r-250', 'r-50'])
    expect(last).toMatch(/name="run" value="r-250" aria-label="choose r-250" checked/)
    expect(last).toContain('Page 3 of 3')
    expect(rows(await main('/?page=99', many))).toHaveLength(50)
    expect(rows(await main('/?page=nonsense', many))[0]).toBe('r-250')
  })
})

describe('the page of a run', () => {
  it('says what was asked and got, with curves, journal, tables, report and files', async () => {
    const html = await main('/runs/walk-1')
    for (const part of [
      'latency &lt;= 99 ms',
      '<h2>Solutions</h2>',
      '<h2>Baselines</h2>',
      '<figcaption>distance</figcaption>',
      '12 of 40 lines',
      'tandem toy --seed 0',
      'plan.seed',
    ])
      expect(html, part).toContain(part)
    expect(html).toContain('href="/runs/walk-1/files/report.html"')
    expect(html).toContain('href="/runs/walk-1/files/figures/1-way.svg"')
    expect(html.match(/<polyline[^>]* points="([^"]*)"/)![1]!.split(' ')).toHaveLength(40)
  })

  it('follows the journal', async () => {
    const folder = temporary()
    const run = createRun({ root: folder, name: 'w', command: 'toy', config: {}, seed: 0, argv: [] })
    const journal = join(run.folder, 'journal.ndjson')
    const live = liveApp({ root: folder })
    const points = async () =>
      /<polyline[^>]* points="([^"]*)"/.exec(await main('/runs/w', live))?.[1]?.split(' ').length ?? 0
    const line = (step: number) =>
      `${JSON.stringify({ step, entry: { loss: 1 / step, note: HOSTILE }, at: '2030-01-01T00:00:00Z' })}\n`
    expect(await points()).toBe(0)
    appendFileSync(journal, line(1) + line(2))
    expect(await points()).toBe(2)
    appendFileSync(journal, line(3) + line(4).slice(0, 20))
    expect(await points()).toBe(3)
    appendFileSync(journal, line(4).slice(20))
    expect((await Promise.all([points(), points(), points()])).every(count => count === 4)).toBe(true)
    const html = await main('/runs/w', live)
    expect(html).toContain('4 of 4 lines')
    expect(html).not.toContain('<script')
    expect(html).toContain('tandem runs resume w')
  })

  it('gives the files of a run, in a box that lets them reach nothing', async () => {
    const { headers, text } = await asked('/runs/walk-1/files/report.html')
    expect(text).toContain('<h1>A walk: walk-1</h1>')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts[^;]*; default-src 'none'/)
    expect((await asked('/runs/walk-1/files/figures/1-way.svg')).headers.get('content-type')).toBe(
      'image/svg+xml; charset=utf-8',
    )
    expect((await asked('/runs/walk-1/files/figures/1-way.csv')).text).toBe('x,y\r\n1,2\r\n')
  })
})

describe('the comparison', () => {
  it('shows differences, results, curves and fronts of the runs that are named', async () => {
    const html = await main('/compare?run=walk-1&run=walk-2')
    for (const part of [
      '<td>plan.seed</td>',
      '<figcaption>distance</figcaption>',
      '<figcaption>accuracy over latency, ms</figcaption>',
    ])
      expect(html, part).toContain(part)
    expect(html.match(/<polyline/g)).toHaveLength(2)
    expect(html).toContain('walk-2 baselines')
  })

  it('asks for two to eight runs, all of which there must be', async () => {
    expect((await asked('/compare?run=walk-1')).text).toContain('Choose 2 to 8 runs')
    expect(
      (await asked(`/compare?${Array.from({ length: 9 }, (_, i) => `run=r${i}`).join('&')}`)).text,
    ).toContain('Choose 2 to 8 runs')
    const { status, text } = await asked('/compare?run=walk-1&run=walk-9')
    expect([status, text.includes('no run named walk-9')]).toEqual([404, true])
  })
})

describe('the live page', () => {
  it.each([
    '/runs/..%2f..%2fetc/files/passwd',
    '/runs/%2e%2e/files/secret.txt',
    '/runs/..%5csecret',
    '/runs/%ff',
    '/runs/.hidden',
    '/runs/walk-9',
    '/runs/walk-1/files/..%2f..%2fsecret.txt',
    '/runs/walk-1/files/%2e%2e/%2e%2e/secret.txt',
    '/runs/walk-1/files/figures/../../../secret.txt',
    '/runs/walk-1/files/%2fetc%2fpasswd',
    '/runs/walk-1/files/checkpoint/current.json',
    '/runs/walk-1/files/figures',
    '/runs/walk-1/files/out.txt',
    '/runs/walk-1/files/outside/secret.txt',
    '/script/app.js',
    '/script/..%2findex.js',
    '/compare?run=../../etc&run=walk-1',
    '/nothing',
  ])('has nothing at %s', async path => {
    symlinkSync(join(root, 'secret.txt'), join(root, 'walk-1', 'out.txt'))
    symlinkSync(root, join(root, 'walk-1', 'outside'))
    try {
      const { status, text } = await asked(path)
      expect(status).toBe(404)
      expect(text).not.toMatch(/CLASSIFIED|root:/)
    } finally {
      rmSync(join(root, 'walk-1', 'out.txt'))
      rmSync(join(root, 'walk-1', 'outside'))
    }
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('refuses %s', async method => {
    for (const path of ['/', '/runs/walk-1', '/compare', '/nothing']) {
      const { status, headers } = await asked(path, { method })
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
  })

  it.each(['evil.example', 'evil.example:4270', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
    'answers no one who asks for host "%s"',
    async host => {
      const { status, text } = await asked('/', { headers: { host } })
      expect([status, text.includes('walk-1')]).toEqual([403, false])
    },
  )

  it('answers to its own names, and to any where it was opened to others', async () => {
    for (const host of ['127.0.0.1:4270', 'localhost', 'LOCALHOST:1'])
      expect((await asked('/', { headers: { host } })).status).toBe(200)
    expect((await asked('/', { headers: { host: 'lab.example' } }, liveApp({ root }))).status).toBe(200)
  })

  it('allows a browser nothing but its own script', async () => {
    for (const path of ['/', '/runs/walk-1', '/compare?run=walk-1&run=walk-2', '/nothing']) {
      const { headers, text } = await asked(path)
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none';.* script-src 'self';.* frame-ancestors 'none'/,
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/script/page-script.js">'])
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\//)
    }
    expect((await asked('/script/page-script.js')).headers.get('content-type')).toMatch(/^text\/javascript/)
  })

  it('says which file is damaged', async () => {
    const folder = temporary()
    const run = await finishedWalk(folder, 'w')
    writeFileSync(join(run.folder, 'result.json'), '{')
    const { status, text } = await asked('/runs/w', {}, liveApp({ root: folder }))
    expect(status).toBe(500)
    expect(text).toContain('result.json is damaged')
  })
})
