import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register as runs } from '../../src/cli/runs.js'
import { serveRuns } from '../../src/runs/live/index.js'
import { finishedWalk } from '../runs/live/finished-walk.js'
import { temporary } from '../runs/toy.js'
import { expectRefused, inProcess } from './in-process.js'
import { said, start, tandem } from './tandem-process.js'

const root = temporary()

beforeAll(async () => {
  await finishedWalk(root, 'walk-1')
  await finishedWalk(root, 'walk-2', 1)
})

describe('tandem runs serve', () => {
  it('says where it listens, on this machine alone, and ends cleanly with Ctrl-C', async () => {
    const serving = start(['runs', 'serve', '--port', '0'], root)
    await said(serving, /Ctrl-C ends it/)
    expect(serving.output.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
    const page = await (await fetch(serving.output.stdout.trim())).text()
    expect(page).toContain('href="/runs/walk-2"')
    serving.child.kill('SIGINT')
    const { code, stderr } = await serving.ended
    expect(code).toBe(0)
    expect(stderr).toBe('Ctrl-C ends it.\nClosing.\n')
  })

  it('names the remedy when the port is taken or the address is none of this machine', async () => {
    const other = await serveRuns({ root, port: 0 })
    const port = new URL(other.url).port
    await expectRefused(
      runs,
      ['runs', 'serve', '--port', port],
      new RegExp(`127.0.0.1:${port} is taken.*--port`),
    )
    await other.close()
    await expectRefused(
      runs,
      ['runs', 'serve', '--host', '192.0.2.1', '--port', '0'],
      /192\.0\.2\.1:0 is no address of this machine.*--host/,
    )
    await expectRefused(runs, ['runs', 'serve', '--port', '65536'], /A port is a whole number/)
  })
})

describe('tandem runs compare', () => {
  it('prints what differs, how the runs stand and what came of them', async () => {
    const { code, stdout } = await inProcess(runs, ['runs', 'compare', 'walk-1', 'walk-2'], root)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Runs\nrun +command +state /)
    expect(stdout).toMatch(/\nkey +walk-1 +walk-2\nseed +0 +1\nplan\.seed +0 +1\n/)
    expect(stdout).toMatch(/\nNewest in the journals\ncurve +walk-1 +walk-2\ndistance +[\d.]+ +[\d.]+\n/)
    expect(stdout).toMatch(/\nSolutions\nrun +name .*\nwalk-1 +walk .*\nwalk-2 +walk /)
  })

  it('prints the same as JSON', async () => {
    const { stdout } = await inProcess(runs, ['runs', 'compare', 'walk-1', 'walk-2', '--json'], root)
    const { names, differences, results } = JSON.parse(stdout)
    expect(names).toEqual(['walk-1', 'walk-2'])
    expect(differences).toEqual([
      { key: 'seed', values: [0, 1] },
      { key: 'plan.seed', values: [0, 1] },
    ])
    expect(results[0].rows).toHaveLength(2)
  })

  it('writes one page that opens offline', async () => {
    const file = join(temporary(), 'compared.html')
    await inProcess(runs, ['runs', 'compare', 'walk-1', 'walk-2', '--out', file], root)
    const page = readFileSync(file, 'utf8')
    expect(page).toContain('<figcaption>distance</figcaption>')
    expect(page).toContain(`Content-Security-Policy" content="default-src 'none'`)
    expect(page).not.toMatch(/<script|<noscript|href="[^#d]|src=/)
  })

  it('refuses one run alone, a run that is not there and a file that cannot be written', async () => {
    await expectRefused(runs, ['runs', 'compare', 'walk-1'], /Name two runs or more/)
    await expectRefused(runs, ['runs', 'compare', 'walk-1', 'walk-9'], /no run named walk-1 in/)
    const { code, stderr } = await inProcess(
      runs,
      ['runs', 'compare', 'walk-1', 'walk-2', '--out', '/nowhere/x.html'],
      root,
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining('its folder does not exist')])
    expect(existsSync('/nowhere')).toBe(false)
  })

  it('runs as a command', async () => {
    const { code, stdout } = await tandem(['runs', 'compare', 'walk-2', 'walk-1'], root)
    expect(code).toBe(0)
    expect(stdout).toMatch(/plan\.seed +1 +0\n/)
  })
})
