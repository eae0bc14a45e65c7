import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporary } from '../runs/toy.js'
import { importedModules } from './imported-modules.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

const tandem = (argv: readonly string[]) =>
  spawnSync(process.execPath, [main, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TANDEM_RUNS: temporary() },
  })

describe('tandem', () => {
  it('answers --help at once', () => {
    const times = [1, 2, 3].map(() => {
      const begun = performance.now()
      const { status, stdout } = tandem(['--help'])
      expect(status).toBe(0)
      expect(stdout).toMatch(/^Usage: tandem .*\n\nFinds networks/)
      return performance.now() - begun
    })
    expect(Math.min(...times)).toBeLessThan(1000)
  })

  it('loads nothing heavy for it', () => {
    const { modules } = importedModules(['--help'], temporary())
    expect(modules.some(url => url.includes('/commander/'))).toBe(true)
    expect(
      modules.filter(url => /node_modules\/(?!commander\/)|\/src\/(engine|runs|network|search)\//.test(url)),
    ).toEqual([])
  })

  it('says its version', () => {
    expect(tandem(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  it.each([
    [['serach'], /unknown command 'serach'/],
    [['runs', 'list', '--jsn'], /unknown option '--jsn'/],
    [['runs', 'show'], /missing required argument 'run'/],
    [['runs', 'show', 'none'], /no run named none/],
    [['runs', 'resume', '../none'], /cannot be the name of a run/],
  ])('%j is wrong input: code 2, and what is wrong', (argv, message) => {
    const { status, stderr } = tandem(argv)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
