import { pathToFileURL } from 'node:url'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRun, writeReport, writeResult } from '../../src/runs/index.js'
import { chromium, needsChromium } from '../chromium.js'
import { CONTRASTS, type Contrast } from './contrasts.js'
import { temporary } from './toy.js'

const names = Array.from({ length: 30 }, (_, i) => `design-${i + 1}`)
const values = names.map((design, i) => ({
  ...{ design, energy: 1 + i, error: 0.4 / (1 + i), href: `#${design}` },
}))
const front = {
  title: 'Error against energy',
  spec: {
    data: { values },
    mark: { type: 'point', size: 90 },
    encoding: {
      x: { field: 'energy', type: 'quantitative', title: 'energy, mJ' },
      y: { field: 'error', type: 'quantitative', axis: { format: '%' } },
      color: { field: 'design', type: 'nominal', legend: null },
      href: { field: 'href', type: 'nominal' },
    },
  },
}
const wide = {
  title: 'A wide figure',
  spec: { ...{ width: 1400, data: { values } }, mark: 'bar', encoding: { x: { field: 'design' } } },
}

async function report(): Promise<string> {
  const run = createRun({ root: temporary(), command: 'codesign', config: {}, seed: 4, argv: ['codesign'] })
  const solutions = names.map((name, i) => ({
    ...{ name, met: true, misses: [], cost: { energyMj: 1 + i, macs: 1_000_000 } },
    files: { network: `designs/${name}/network.json`, accelerator: `designs/${name}/accelerator.yaml` },
  }))
  writeResult(run, { asked: [{ metric: 'energy', op: '<=', bound: 99 }], solutions })
  return writeReport(run, {
    title: `Networks of a-space-with-${'a-long-'.repeat(20)}name on few`,
    figures: [front, wide],
    tables: [{ title: 'Wide', columns: names, rows: [names] }],
    details: names.map(name => ({
      ...{ id: name, title: name, solution: name, facts: [['architecture', `${name} `.repeat(40)] as const] },
      figures: [{ ...wide, title: `Layers of ${name}` }],
    })),
    notes: ['w'.repeat(400)],
  })
}

describe.skipIf(chromium === undefined)(`report.html in a browser${needsChromium}`, () => {
  let browser: Browser
  let file: string
  beforeAll(async () => {
    file = pathToFileURL(await report()).href
    browser = await playwright.launch({ executablePath: chromium!, args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())

  /** Opens the page, and fails when it complains or asks for anything but itself. */
  async function opened(
    options: Parameters<Browser['newPage']>[0],
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage(options)
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(String(error)))
    page.on('request', request => {
      if (request.url().split('#')[0] !== file) said.push(`asked for ${request.url()}`)
    })
    try {
      await page.goto(file)
      await work(page)
      expect(said).toEqual([])
    } finally {
      await page.close()
    }
  }
  const mark = (page: Page, place: number) => page.locator('#section-4 .datum').nth(place)
  const tip = (page: Page) => page.locator('.tip')

  it('shows the values of a mark that is pointed at, and no more when it is left', () =>
    opened({}, async page => {
      await mark(page, 2).hover()
      await tip(page).waitFor()
      expect(await tip(page).textContent()).toBe('energy, mJ: 3\nerror: 13.3%\ndesign: design-3')
      await page.mouse.move(2, 2)
      await tip(page).waitFor({ state: 'hidden' })
    }))

  it('opens the section of a mark that is clicked, which links to network and accelerator', () =>
    opened({}, async page => {
      const section = page.locator('#design-3')
      expect(await section.isVisible()).toBe(false)
      await mark(page, 2).click()
      await section.waitFor()
      expect(await section.evaluate(element => element.getBoundingClientRect().top)).toBeLessThan(720)
      const links = await section.locator('a').evaluateAll(all => all.map(a => a.getAttribute('href')))
      expect(links).toContain('designs/design-3/network.json')
      expect(links).toContain('designs/design-3/accelerator.yaml')
    }))

  it('is read by keyboard: arrows go from mark to mark, Enter opens what one stands for', () =>
    opened({}, async page => {
      await page.locator('#section-4 .wide svg').focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('End')
      await page.locator('.tip', { hasText: 'design-30' }).waitFor()
      await page.keyboard.press('ArrowLeft')
      await page.locator('.tip', { hasText: 'design-29' }).waitFor()
      await page.keyboard.press('Enter')
      await page.locator('#design-29').waitFor()
      await page.keyboard.press('Escape')
      await tip(page).waitFor({ state: 'hidden' })
    }))

  it('shows on a phone what is tapped first, and follows the second tap', () =>
    opened({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }, async page => {
      await mark(page, 1).tap()
      await tip(page).waitFor()
      expect(await tip(page).textContent()).toContain('design-2')
      expect(await page.locator('#design-2').isVisible()).toBe(false)
      await mark(page, 1).tap()
      await page.locator('#design-2').waitFor()
    }))

  it('says the same without scripts, as titles, and its links lead where they do', () =>
    opened({ javaScriptEnabled: false }, async page => {
      expect(await mark(page, 2).locator('title').textContent()).toContain('design: design-3')
      await mark(page, 2).click()
      expect(page.url()).toMatch(/#design-3$/)
      expect(await page.locator('#design-3').isVisible()).toBe(true)
    }))

  it.each(['light', 'dark'] as const)('is no wider than a phone, and can be read in %s', colorScheme =>
    opened({ viewport: { width: 390, height: 800 }, colorScheme }, async page => {
      await page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true })')
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390)
      const texts = await page.evaluate<Contrast[]>(CONTRASTS)
      expect(texts.length).toBeGreaterThan(100)
      expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    }),
  )

  it('has headings in order, and a name for every figure, table and region', () =>
    opened({}, async page => {
      const levels = await page
        .locator('h1, h2, h3, h4')
        .evaluateAll(all => all.map(each => Number(each.tagName[1])))
      expect(levels[0]).toBe(1)
      expect(levels.filter((level, i) => i > 0 && level > levels[i - 1]! + 1)).toEqual([])
      const nameless = await page
        .locator('figure, figure svg:not([aria-hidden]), table, [role=region], nav')
        .evaluateAll(all => all.filter(each => !each.getAttribute('aria-label')).length)
      expect(nameless).toBe(0)
    }))
})
