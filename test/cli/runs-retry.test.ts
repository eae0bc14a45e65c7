import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { register as ppa } from '../../src/cli/ppa.js'
import { register as runs } from '../../src/cli/runs.js'
import { createRun, openRun, readResult, resultSchema, runState } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { inProcess } from './in-process.js'

const SPACE = `name: small
peType: [int8]
rows: [8, 12]
columns: [8, 14]
ifmapWords: 12
filterWords: 224
psumWords: 24
scratchpads: flip-flop
bufferKib: [64, 108]
bufferBandwidth: 18
dramBandwidth: 4
clockMhz: max
`

let root: string
beforeEach(() => {
  root = temporary()
})

const retry = (...argv: string[]) => inProcess(runs, ['runs', 'retry', '--quiet', ...argv], root)
const resume = (name: string) => inProcess(runs, ['runs', 'resume', '--quiet', name], root)
const table = (name: string) => join(root, name, 'sweep.csv')
const stateOf = (name: string) => runState(openRun(root, name))

/** A sweep that is done. */
async function sweep(name: string): Promise<void> {
  const space = join(root, '.small.yaml')
  writeFileSync(space, SPACE)
  const argv = ['ppa', 'sweep', '--accelerators', space, '--network', 'resnet20', '--run', name, '--quiet']
  expect(await inProcess(ppa, argv, root)).toMatchObject({ code: 0, stderr: '' })
}

/** A sweep that failed when its work was done, as its table could not be written. */
async function failed(name: string): Promise<void> {
  await sweep(name)
  rmSync(table(name))
  mkdirSync(table(name))
  expect((await resume(name)).code).toBe(1)
  expect(stateOf(name)).toBe('failed')
}

describe('tandem runs retry', () => {
  it('goes on from the last checkpoint of a failed run, when the cause is mended', async () => {
    await failed('s')
    const journal = readFileSync(join(root, 's', 'journal.ndjson'), 'utf8')
    expect((await retry('s')).code).toBe(1)
    expect(stateOf('s')).toBe('failed')
    rmdirSync(table('s'))
    expect((await retry('s')).code).toBe(0)
    expect(stateOf('s')).toBe('done')
    expect(readFileSync(join(root, 's', 'journal.ndjson'), 'utf8')).toBe(journal)
  })

  it('begins again where no checkpoint is whole, comes to the same, and keeps what there was', async () => {
    await sweep('s')
    const [{ solutions }, csv] = [readResult(openRun(root, 's'))!, readFileSync(table('s'), 'utf8')]
    const checkpoint = join(root, 's', 'checkpoint')
    for (const file of readdirSync(checkpoint)) writeFileSync(join(checkpoint, file), 'damaged')
    expect(await resume('s')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds no whole checkpoint'),
    })
    const { code, stderr } = await inProcess(runs, ['runs', 'retry', 's'], root)
    expect(code).toBe(0)
    expect(stderr).toMatch(/No checkpoint of run s is whole: it begins again, and what there was is kept as/)
    expect(readResult(openRun(root, 's'))!.solutions).toEqual(solutions)
    expect(readFileSync(table('s'), 'utf8')).toBe(csv)
    expect(existsSync(join(root, 's', 'damaged-1-checkpoint', 'current.json'))).toBe(true)
  })

  it('with --failed tries all that failed, the oldest first, and one that fails again stops none', async () => {
    await failed('still-broken')
    await failed('mended')
    await sweep('done')
    rmdirSync(table('mended'))
    const { code, stdout, stderr } = await retry('--failed')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^still-broken: .*EISDIR.*\nFailed again: still-broken\. Why: tandem runs show still-broken\n$/s,
    )
    expect(stdout).toMatch(/2 failed runs tried again: 1 done\n$/)
    expect([stateOf('still-broken'), stateOf('mended')]).toEqual(['failed', 'done'])
  })

  it('with --failed --json writes the results of all that came to an end', async () => {
    await failed('a')
    await failed('b')
    rmdirSync(table('a'))
    rmdirSync(table('b'))
    const { code, stdout } = await retry('--failed', '--json')
    expect(code).toBe(0)
    expect(resultSchema.array().parse(JSON.parse(stdout))).toEqual([
      readResult(openRun(root, 'a')),
      readResult(openRun(root, 'b')),
    ])
  })

  it.each([
    [[], /Name the run .* or give --failed/],
    [['s', '--failed'], /Name the run .* or give --failed/],
    [['none'], /no run named none/],
    [['s'], /Run s was interrupted and has not failed; continue it with: tandem runs resume s/],
  ])('%j is wrong input', async (argv, message) => {
    createRun({ root, name: 's', command: 'search', config: {}, seed: 0, argv: [] })
    const { code, stderr } = await retry(...argv)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('is what a failed run’s own page says', async () => {
    await failed('s')
    const { stdout } = await inProcess(runs, ['runs', 'show', 's'], root)
    expect(stdout).toMatch(/^retry with +tandem runs retry s$/m)
    expect(stdout).not.toMatch(/resume with/)
  })
})
