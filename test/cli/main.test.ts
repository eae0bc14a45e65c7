import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporary } from '../runs/toy.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Prints the address of every module that is imported. */
const SPY = `import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`
import { writeSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  writeSync(2, found.url + '\\\\n')
  return found
}\`))`

const tandem = (argv: readonly string[], node: readonly string[] = []) =>
  spawnSync(process.execPath, [...node, main, ...argv], {
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
    const { stderr } = tandem(['--help'], ['--import', `data:text/javascript,${encodeURIComponent(SPY)}`])
    const modules = stderr.split('\n').filter(line => line.startsWith('file:'))
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
    [['runs', 'show'], /missing required argument 'name'/],
    [['runs', 'show', 'none'], /no run named none/],
    [['runs', 'resume', '../none'], /cannot be the name of a run/],
  ])('%j is wrong input: code 2, and what is wrong', (argv, message) => {
    const { status, stderr } = tandem(argv)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
