import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { packageRoot } from '../../../src/package-root.js'
import { createRun } from '../../../src/runs/index.js'
import { type Serving, serveRuns } from '../../../src/runs/live/index.js'
import { chromium, needsChromium } from '../../chromium.js'
import { type Started, startToy, temporary } from '../toy.js'
import { coarsePng, distance } from './coarse.js'
import { finishedWalk } from './finished-walk.js'

const SCREENS = join(packageRoot, 'test', 'fixtures', 'live-page')
const screen = (name: string, width: number) => join(SCREENS, `${name}-${width}.png`)

/** Other letters make less of a difference, another page makes more. */
const MOST_APART = 0.4

const WIDTHS = [390, 1280]
const PAGES = { list: '', run: 'runs/walk-1', compare: 'compare?run=walk-1&run=walk-2' }

// A machine under load may take its time; nothing here depends on how long.
const PATIENCE = 120_000
vi.setConfig({ testTimeout: 2 * PATIENCE })

describe.skipIf(chromium === undefined)(`the live page in a browser${needsChromium}`, () => {
  const root = temporary()
  const complaints: string[] = []
  let browser: Browser
  let serving: Serving

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    context.setDefaultTimeout(PATIENCE)
    const page = await context.newPage()
    page.on('pageerror', error => complaints.push(`${path}: ${error.message}`))
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${path}: ${message.text()}`)
    })
    page.on('request', request => {
      if (!request.url().startsWith(serving.url) && !request.url().startsWith('data:'))
        complaints.push(`${path} asks for ${request.url()}`)
    })
    await page.goto(serving.url + path)
    return page
  }

  const refresh = 'document.dispatchEvent(new Event("visibilitychange"))'
  const roundTrip = 'fetch(location.href).then(answer => answer.text()).then(() => undefined)'

  /** The page has been asked for again, as it is when a reader comes back to it, and what came is shown. */
  async function refreshed(page: Page): Promise<void> {
    await Promise.all([
      page.waitForResponse(answer => answer.request().resourceType() === 'fetch'),
      page.evaluate(refresh),
    ])
    await page.evaluate(roundTrip)
  }

  beforeAll(async () => {
    await finishedWalk(root, 'walk-1')
    await finishedWalk(root, 'walk-2', 1)
    createRun({ root, name: 'not-begun', command: 'toy', config: {}, seed: 0, argv: ['toy'] })
    serving = await serveRuns({ root, port: 0 })
    browser = await playwright.launch({ executablePath: chromium!, args: ['--no-sandbox'] })
  })

  afterAll(async () => {
    await browser?.close()
    await serving?.close()
  })

  describe('while a run goes on', () => {
    let toy: Started
    let page: Page
    let list: Page

    beforeAll(async () => {
      const steps = ['--steps', '1000000', '--step-ms', '5']
      toy = startToy(['--run', 'going', ...steps], root)
      await toy.working
      ;[page, list] = [await open('runs/going'), await open('')]
    })
    afterAll(() => void toy.process.kill('SIGKILL'))

    const done = (of: Page, where: string) =>
      of.locator(`${where} progress`).getAttribute('value').then(Number)
    const grows = async (of: Page, where: string) => {
      const before = await done(of, where)
      await expect.poll(() => done(of, where), { timeout: PATIENCE }).toBeGreaterThan(before)
    }

    it('draws its progress, curve and journal as they grow', async () => {
      const points = () =>
        page
          .locator('polyline')
          .getAttribute('points')
          .then(text => text!.split(' ').length)
      await page.locator('polyline').waitFor()
      const before = await points()
      await grows(page, '#progress')
      await expect.poll(points, { timeout: PATIENCE }).toBeGreaterThan(before)
      expect(await page.locator('#journal').textContent()).toMatch(/distance \d/)
      expect(await page.locator('#progress').textContent()).toMatch(/\d\/1000000, walk, .*left/)
      expect(await page.title()).toBe('0 % going: running')
    })

    it('shows it in the list, above those that are done', async () => {
      expect(await list.locator('tbody tr').first().getAttribute('id')).toBe('run-going')
      await grows(list, '#run-going')
      expect(await list.title()).toBe('(1) Runs')
    })

    it('says that it was interrupted, how to go on, and that it is done', async () => {
      toy.process.kill('SIGINT')
      await toy.ended
      await page.getByText('tandem runs resume going').waitFor()
      await list.locator('#run-going .interrupted').waitFor()
      toy = startToy(['--run', 'going', '--steps', '1'], root, true)
      expect((await toy.ended).code).toBe(0)
      await page.getByRole('table', { name: 'Solutions' }).waitFor()
      expect(await page.title()).toBe('going: done')
      expect(await page.getByRole('status').textContent()).toBe('done')
    })
  })

  describe('at the keyboard', () => {
    const focused = (page: Page) =>
      page.evaluate<string>('document.activeElement.id || document.activeElement.textContent')
    const outlined = (page: Page) =>
      page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')

    it('is gone through in the order in which it is read, and the focus is seen', async () => {
      const page = await open('')
      await page.keyboard.press('Tab')
      expect(await focused(page)).toBe('Skip to the content')
      expect((await page.locator('.skip').boundingBox())!.x).toBeGreaterThanOrEqual(0)
      await page.keyboard.press('Enter')
      expect(await focused(page)).toBe('main')
      const order = [
        'filter',
        'show',
        'compare',
        'box-going',
        'link-going',
        'box-not-begun',
        'link-not-begun',
        'box-walk-2',
        'link-walk-2',
      ]
      for (const id of order) {
        await page.keyboard.press('Tab')
        expect(await focused(page)).toBe(id)
        expect(await outlined(page)).toBe('solid')
      }
    })

    it('compares what was chosen, which stays chosen while the page follows', async () => {
      const page = await open('')
      for (const name of ['walk-1', 'walk-2']) {
        await page.locator(`#box-${name}`).focus()
        await page.keyboard.press('Space')
      }
      await refreshed(page)
      expect(await focused(page)).toBe('box-walk-2')
      await page.locator('#compare').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('table', { name: 'Differences in what was asked' }).waitFor()
      expect(await page.getByRole('row', { name: /^plan.seed 1 0$/ }).count()).toBe(1)
      expect(await page.locator('polyline').count()).toBe(2)
      await page.getByRole('link', { name: 'walk-1' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'walk-1', level: 1 }).waitFor()
    })

    it('filters as one types, and keeps the words in the address', async () => {
      const page = await open('')
      await page.locator('#filter').focus()
      await page.keyboard.type('walk-1')
      await page.locator('#run-walk-2').waitFor({ state: 'detached' })
      await refreshed(page)
      expect(await page.locator('tbody tr').count()).toBe(1)
      expect(await page.locator('#filter').inputValue()).toBe('walk-1')
      expect(page.url()).toContain('q=walk-1')
      await page.reload()
      expect(await page.locator('tbody tr').count()).toBe(1)
    })

    it('opens and shuts what is folded, and the page leaves it so', async () => {
      const page = await open('runs/walk-1')
      await page.locator('#config summary').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('table', { name: 'Configuration' }).waitFor()
      await refreshed(page)
      expect(await page.getByRole('table', { name: 'Configuration' }).isVisible()).toBe(true)
    })
  })

  describe.each(Object.entries(PAGES))('the %s', (name, path) => {
    let page: Page
    beforeAll(async () => {
      page = await open(path, { colorScheme: 'light' })
    })

    const boxes = async (selector: string): Promise<readonly Box[]> =>
      (await Promise.all((await page.locator(selector).all()).map(each => each.boundingBox())))
        .filter(box => box !== null)
        .filter(({ height }) => height > 1)

    it('has a name for everything', async () => {
      const heard = await page.locator('body').ariaSnapshot()
      expect(heard).toMatch(/- heading ".+" \[level=1\]/)
      const roles = 'link|button|checkbox|textbox|searchbox|table|img|progressbar|navigation'
      expect(heard.match(new RegExp(`^\\s*- (${roles})(?! ".)`, 'gm')), heard).toBeNull()
    })

    it.each(WIDTHS)('is laid out %d pixels wide with nothing over or beside anything else', async width => {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      for (const { x, width: wide } of await boxes('nav, main > *, form > *, section, tr[id]')) {
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + wide).toBeLessThanOrEqual(width)
      }
      const apart = [
        'body > *',
        'main > *',
        'form > *',
        '.bar > *',
        'tr[id]',
        'tr[id]:first-child > *',
        '.charts > *',
      ]
      for (const selector of apart) expect(overlaps(await boxes(selector)), selector).toEqual([])
      const columns = new Set((await boxes('.charts > figure')).map(({ x }) => x)).size
      expect(columns).toBe(name === 'list' ? 0 : width < 800 ? 1 : 2)
    })

    it.each(WIDTHS)('looks %d pixels wide as it did', async width => {
      await page.setViewportSize({ width, height: 800 })
      const shot = await page.screenshot()
      if (process.env['TANDEM_NEW_SCREENS']) {
        mkdirSync(SCREENS, { recursive: true })
        writeFileSync(screen(name, width), await coarsePng(shot))
      }
      expect(await distance(shot, readFileSync(screen(name, width)))).toBeLessThan(MOST_APART)
      for (const other of Object.keys(PAGES).filter(other => other !== name))
        expect(await distance(shot, readFileSync(screen(other, width)))).toBeGreaterThan(MOST_APART)
    })
  })

  it('tells the list and its charts in words', async () => {
    const list = await open('')
    await list.getByRole('table', { name: 'Runs: those that go on first, then the newest' }).waitFor()
    await list.getByRole('checkbox', { name: 'choose walk-1' }).waitFor()
    await list.getByRole('searchbox', { name: 'Filter by name, command or state' }).waitFor()
    await list.getByRole('progressbar', { name: 'progress: walk' }).first().waitFor()
    expect(await list.getByRole('status').textContent()).toBe('4 runs, 0 running')
    const run = await open('runs/walk-1')
    await run.getByRole('img', { name: 'distance over step; in words below' }).waitFor()
    const chart = run.getByRole('figure').filter({ hasText: 'distance' }).getByRole('listitem')
    expect(await chart.textContent()).toMatch(
      /^distance [\d.]+ at step 40; [\d.]+ at step 1; between [\d.]+ and [\d.]+$/,
    )
  })

  it('leads to the report of a run and its figures, which have all that they need in their box', async () => {
    const page = await open('runs/walk-1')
    await page.getByRole('link', { name: 'The report of this run' }).click()
    await page.getByRole('heading', { name: 'A walk: walk-1', level: 1 }).waitFor()
    expect(await page.evaluate('origin')).toBe('null')
    await page.goto(`${serving.url}runs/walk-1/files/figures/1-way.svg`)
    expect(await page.locator('svg').count()).toBe(1)
  })

  it('is dark where the reader likes it dark', async () => {
    const page = await open('', { colorScheme: 'dark' })
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 24, 28)')
  })

  it('says when the server is gone, and goes on when it is back', async () => {
    const own = await serveRuns({ root, port: 0 })
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE)
    await page.goto(own.url)
    await own.close()
    await page.getByRole('alert').waitFor()
    const back = await serveRuns({ root, port: Number(new URL(own.url).port) })
    await page.getByRole('alert').waitFor({ state: 'hidden' })
    await page.close()
    await back.close()
  })

  it('has not complained to the console, nor asked for anything elsewhere', () => {
    expect(complaints).toEqual([])
  })
})

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Pairs of boxes that share more than an edge. */
function overlaps(boxes: readonly Box[]): readonly (readonly [Box, Box])[] {
  const shared = (a: Box, b: Box) => [
    Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  ]
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter(b => shared(a, b).every(length => length > 1))
      .map(b => [a, b] as const),
  )
}
