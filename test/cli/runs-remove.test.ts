import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { confirm } from '../../src/cli/confirm.js'
import { register as runs } from '../../src/cli/runs.js'
import { createRun, markFailed, type Run, writeResult } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { inProcess } from './in-process.js'

/** Two runs that are done, one that failed, one that was interrupted. */
function some(): { root: string; run: (name: string) => Run } {
  const root = temporary()
  const made = new Map(
    ['done-1', 'done-2', 'failed', 'interrupted'].map(name => [
      name,
      createRun({ root, name, command: 'search', config: {}, seed: 0, argv: [] }),
    ]),
  )
  for (const name of ['done-1', 'done-2']) writeResult(made.get(name)!, { asked: [], solutions: [] })
  markFailed(made.get('failed')!, new Error('no data'))
  return { root, run: name => made.get(name)! }
}

const remove = (root: string, ...argv: string[]) => inProcess(runs, ['runs', 'remove', ...argv], root)

describe('tandem runs remove', () => {
  it('removes what is named, or all that failed or are done', async () => {
    const { root } = some()
    expect(await remove(root, 'interrupted', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Removed run interrupted.\n',
    })
    expect(readdirSync(root).sort()).toEqual(['done-1', 'done-2', 'failed'])
    await remove(root, '--failed', '--yes')
    expect(readdirSync(root).sort()).toEqual(['done-1', 'done-2'])
    expect((await remove(root, 'done-1', '--all-done', '--yes')).stdout).toBe(
      'Removed 2 runs: done-1, done-2.\n',
    )
    expect(readdirSync(root)).toEqual([])
    expect((await remove(root, '--failed', '--yes')).stdout).toBe('There are no such runs.\n')
  })

  it.each([
    [[], /Name the runs that are to be removed/],
    [['done-1'], /Nobody can be asked here; give --yes/],
    [['done-1', 'none', '--yes'], /There is no run named none/],
    [['done-1', '../x', '--yes'], /'\.\.\/x' cannot be the name of a run/],
  ])('%j removes nothing', async (argv, message) => {
    const { root } = some()
    const { code, stderr } = await remove(root, ...argv)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(readdirSync(root)).toHaveLength(4)
  })

  it('never removes a run that is being worked on, and then none of the others', async () => {
    const { root, run } = some()
    writeFileSync(
      join(run('interrupted').folder, 'lock'),
      JSON.stringify({ pid: process.ppid, host: hostname() }),
    )
    const { code, stderr } = await remove(root, 'done-1', 'interrupted', '--yes')
    expect(code).toBe(1)
    expect(stderr).toMatch(/Run interrupted is being worked on by process \d+/)
    expect(readdirSync(root)).toHaveLength(4)
  })

  it('removes a run whose configuration is damaged', async () => {
    const { root, run } = some()
    writeFileSync(join(run('done-1').folder, 'config.json'), '{')
    expect((await remove(root, '--failed', '--yes')).stdout).toMatch(/Removed 2 runs: (done-1|failed), /)
  })

  it('removes nothing outside the run folder: neither by a link in it nor by one that is named like a run', async () => {
    const { root, run } = some()
    const outside = temporary()
    writeFileSync(join(outside, 'config.json'), '{}')
    symlinkSync(outside, join(run('done-1').folder, 'data'))
    symlinkSync(outside, join(root, 'linked'))
    await remove(root, 'done-1', '--yes')
    expect(existsSync(run('done-1').folder)).toBe(false)
    const { code, stderr } = await remove(root, 'linked', '--yes')
    expect(code).toBe(1)
    expect(stderr).toMatch(/linked is a link, and nothing outside .* is removed/)
    expect(readdirSync(outside)).toEqual(['config.json'])
  })

  it('clears away what a killed removal left, and a folder that is no run stays', async () => {
    const { root } = some()
    mkdirSync(join(root, '.removed-old-1', 'checkpoint'), { recursive: true })
    mkdirSync(join(root, 'notes'))
    await remove(root, 'done-1', '--yes')
    expect(readdirSync(root).sort()).toEqual(['done-2', 'failed', 'interrupted', 'notes'])
    expect((await remove(root, 'notes', '--yes')).code).toBe(2)
  })
})

describe('a question at the terminal', () => {
  const answer = (text: string | null) => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const answered = confirm('Remove it?', { input, output: new PassThrough() })
    input.end(text ?? undefined)
    return answered
  }

  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['n\n', false],
    ['\n', false],
    ['yesterday\n', false],
    [null, false],
  ])('%j is %j', async (text, expected) => expect(await answer(text)).toBe(expected))
})
