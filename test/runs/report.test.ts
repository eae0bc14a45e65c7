import { createHash } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RunError } from '../../src/errors.js'
import { createRun, redrawReport, writeReport, writeResult } from '../../src/runs/index.js'
import { temporary } from './toy.js'

const HOSTILE = `<script>alert("1")</script><img src=x onerror='alert(2)'>&`
const values = [
  { latency: 1, error: 0.3, method: 'ours', link: 'javascript:alert(3)' },
  { latency: 2, error: 0.2, method: HOSTILE, link: 'https://example.org/' },
]
const figure = (title: string, data: readonly object[] = values) => ({
  title,
  spec: {
    data: { values: data },
    mark: { type: 'point', clip: true },
    encoding: {
      x: { field: 'latency', type: 'quantitative', title: HOSTILE },
      y: { field: 'error', type: 'quantitative' },
      color: { field: 'method', type: 'nominal' },
      href: { field: 'link', type: 'nominal' },
    },
  },
})

const content = {
  title: `A report ${HOSTILE}`,
  notes: [HOSTILE],
  tables: [
    {
      title: HOSTILE,
      columns: ['name', HOSTILE],
      rows: [
        [HOSTILE, 1234567],
        ['b', undefined],
      ],
    },
  ],
  figures: [figure('Error over latency'), figure(HOSTILE)],
}

const newRun = () =>
  createRun({ root: temporary(), command: 'search', config: {}, seed: 4, argv: ['search', '--on', HOSTILE] })

describe('a report', () => {
  it('is one file that fetches nothing, runs its one script alone and links only within itself and beside it', async () => {
    const page = readFileSync(await writeReport(newRun(), content), 'utf8')
    const [, script] = page.match(/<script>(.*)<\/script>/s)!
    const hash = createHash('sha256').update(script!).digest('base64')
    expect(page).toContain(`Content-Security-Policy" content="default-src 'none'`)
    expect(page).toContain(`script-src 'sha256-${hash}'`)
    const rest = page.replace(script!, '')
    expect(rest.match(/<script\b/g)).toHaveLength(1)
    const links = [...rest.matchAll(/\shref="([^"]*)"/g)].map(([, to]) => to!)
    expect(links.filter(to => !/^(#[a-z0-9-]+|figures\/[a-z0-9-]+\.(svg|csv))$/.test(to))).toEqual([])
    const tags = rest
      .replaceAll(/"[^"<]*"/g, '""')
      .match(/<[a-z][^>]*>/gi)!
      .join('\n')
    expect(tags).not.toMatch(/<(link|img|iframe|object|embed|image|use|foreignObject)\b/i)
    expect(tags).not.toMatch(/\s(src|xlink:href|on\w+)=/i)
    expect(rest).not.toMatch(/url\(\s*['"]?(?!#)/)
  })

  it('shows hostile text as text', async () => {
    const page = readFileSync(await writeReport(newRun(), content), 'utf8')
    expect(page).toContain('<h1>A report &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img')
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
  })

  it('tells what every mark of a figure is, and leads from a mark to its section', async () => {
    const run = newRun()
    const figures = [figure('Front', [{ latency: 1, error: 0.3, link: '#one' }, values[0]!])]
    const details = [{ id: 'one', title: 'The one', facts: [['rows', 8] as const] }]
    const page = readFileSync(await writeReport(run, { title: 'x', figures, details }), 'utf8')
    expect(page).toContain('; error: 0.3; method: ours</title>')
    expect(page.match(/<a href="#one"><path class="datum"/g)).toHaveLength(1)
    expect(page).toMatch(/<div id="one">.*<dt>rows<\/dt><dd>8<\/dd>/s)
    const svg = readFileSync(join(run.folder, 'figures', '1-front.svg'), 'utf8')
    expect(svg).toContain('; error: 0.3</title>')
    expect(svg).not.toContain('<a ')
    await expect(writeReport(run, { title: 'x', details: [{ id: 'One "', title: '' }] })).rejects.toThrow(
      TypeError,
    )
  })

  it('gives a solution its price and files in the section that tells of it, and links its name there', async () => {
    const run = newRun()
    const files = { network: 'designs/a/network.onnx', accelerator: '../../secret.yaml' }
    writeResult(run, {
      asked: [{ metric: 'latency', op: '<=', bound: 4 }],
      solutions: [
        { name: 'a', met: true, misses: [], cost: { latencyMs: 3.25 }, files },
        {
          ...{ name: 'b', met: false, cost: {} },
          misses: [{ metric: 'latency', bound: 4, value: 5, by: 1 }],
        },
      ],
    })
    const details = [{ id: 'design-a', title: 'Design a', solution: 'a' }]
    const page = readFileSync(await writeReport(run, { title: 'x', details }), 'utf8')
    expect(page).toContain('<p>1 of 2 solutions meet all of it.</p>')
    expect(page).toContain('<td><a href="#design-a">a</a></td>')
    expect(page).toMatch(/id="design-a">.*<dt>latency, ms<\/dt><dd>3.25<\/dd>/s)
    expect(page).toContain('<a href="designs/a/network.onnx">')
    expect(page).not.toContain('href="../')
  })

  it('draws what the journal told over the steps, of a run without a result too', async () => {
    const run = newRun()
    const lines = [1, 2, 3].map(step => ({ step, entry: { network: 'found', loss: 2 / step }, at: '' }))
    writeFileSync(
      join(run.folder, 'journal.ndjson'),
      `${lines.map(line => JSON.stringify(line)).join('\n')}\n{"half`,
    )
    const page = readFileSync(await redrawReport(run), 'utf8')
    expect(page).toContain('<h3>loss over the steps</h3>')
    expect(page).toContain('<title>of: found; step: 2; value: 1</title>')

    appendFileSync(join(run.folder, 'journal.ndjson'), '\n')
    const damaged = readFileSync(await redrawReport(run), 'utf8')
    expect(damaged).toMatch(/<li>What the journal tells ends early: .*journal\.ndjson:4 is not JSON/)
    expect(damaged).toContain('<title>of: found; step: 2; value: 1</title>')
  })

  it('draws its figures, fits a phone, and knows light and dark', async () => {
    const page = readFileSync(await writeReport(newRun(), content), 'utf8')
    expect(page.match(/<svg /g)).toHaveLength(2)
    expect(page).toMatch(/<meta name="viewport"/)
    expect(page).toMatch(/prefers-color-scheme: dark/)
    expect(page).toContain('1,234,567')
    const clips = page.match(/<clipPath id="[^"]*"/g)!
    expect(new Set(clips).size).toBe(clips.length)
  })

  it('says how to repeat the run, with seed, versions and machine', async () => {
    const run = newRun()
    writeResult(run, {
      asked: [{ metric: 'latency', op: '<=', bound: 4 }],
      solutions: [{ name: 'found', met: true, misses: [], cost: { latencyMs: 3.25 } }],
    })
    const page = readFileSync(await writeReport(run, { title: 'x' }), 'utf8')
    expect(page).toContain('<pre>tandem search --on ')
    expect(page).toContain('latency &lt;= 4 ms')
    expect(page).toContain('3.25')
    for (const fact of ['seed', 'tandem', 'node', 'machine']) expect(page).toContain(`<dt>${fact}</dt>`)
  })

  it('gives figures as SVG and all data as CSV', async () => {
    const run = newRun()
    await writeReport(run, content)
    expect(readdirSync(join(run.folder, 'figures'))).toEqual([
      '1-error-over-latency.csv',
      '1-error-over-latency.svg',
      '2-script-alert-1-script-img-src-x-onerror-alert-2.csv',
      '2-script-alert-1-script-img-src-x-onerror-alert-2.svg',
    ])
    const data = readFileSync(join(run.folder, 'figures', '1-error-over-latency.csv'), 'utf8').split('\r\n')
    expect(data[0]).toBe('latency,error,method,link')
    expect(data[2]).toBe(`2,0.2,"${HOSTILE.replaceAll('"', '""')}",https://example.org/`)
    expect(readdirSync(join(run.folder, 'tables'))).toHaveLength(1)
  })

  it('can be drawn again', async () => {
    const run = newRun()
    const file = await writeReport(run, content)
    const page = readFileSync(file, 'utf8')
    rmSync(file)
    await redrawReport(run)
    expect(readFileSync(file, 'utf8')).toBe(page)
  })

  it('names the figure that cannot be drawn, and fetches no data', async () => {
    const wrong = { title: 'Wrong', spec: { mark: 'nonsense', data: { values: [] } } }
    await expect(writeReport(newRun(), { title: 'x', figures: [wrong] })).rejects.toThrow(
      /'Wrong' cannot be drawn/,
    )
    const remote = { title: 'Remote', spec: { data: { url: 'http://127.0.0.1:9/x.json' }, mark: 'point' } }
    await expect(writeReport(newRun(), { title: 'x', figures: [remote] })).rejects.toThrow(
      /'Remote' cannot be drawn/,
    )
  })
})

it.each([
  '',
  'null',
  '{"title":"x","tables":[{}]}',
  '{"title":"x","figures":[{"title":"y","spec":{"mark":0}}]}',
])('a damaged report.json (%s) is said to be so', async text => {
  const run = createRun({ root: temporary(), command: 'walk', config: {}, seed: 0, argv: ['walk'] })
  writeFileSync(join(run.folder, 'report.json'), text)
  await expect(redrawReport(run)).rejects.toThrow(RunError)
  await expect(redrawReport(run)).rejects.toThrow(/report\.json is damaged/)
})
