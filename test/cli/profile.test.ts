import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readTable } from '../../src/cost/index.js'
import { temporary } from '../runs/toy.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const root = temporary()
const tandem = (...argv: string[]) =>
  spawnSync(process.execPath, [main, 'profile', ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TANDEM_RUNS: root },
  })

describe('tandem profile', () => {
  it('writes a device table, says how well it predicts whole networks, and reports', () => {
    const out = join(root, 'mine.yaml')
    const argv = ['--space', 'cifar10-tiny', '--rounds', '1', '--run', 'tiny', '--json', '--out', out]
    const { status, stdout, stderr } = tandem(...argv)
    expect(stderr).toMatch(/sums against 22 networks measured whole: off by [\d.]+ % on average/)
    expect(status).toBe(0)
    const { solutions } = JSON.parse(stdout)
    expect(solutions).toHaveLength(22)
    expect(solutions.at(-1)).toMatchObject({ name: 'largest', cost: { macs: 7_368_448 } })
    const table = readTable(out)
    expect(table).toMatchObject({ space: 'cifar10-tiny', threads: 1, batch: 1, rounds: 1 })
    expect(readTable(join(root, 'tiny', 'table.yaml'))).toEqual(table)
    expect(readFileSync(join(root, 'tiny', 'report.html'), 'utf8')).toContain('Predicted against measured')
  })

  it.each([
    [['--space', 'nowhere'], /no such name in search-spaces\//],
    [['--space', 'cifar10-tiny', '--out', '/none/table.yaml'], /--out .*its folder does not exist/],
    [['--space', 'cifar10-tiny', '--rounds', '0'], /whole number, 1 or more/],
  ])('%j is wrong input: code 2, and nothing is written', (argv, message) => {
    const { status, stderr } = tandem('--run', 'wrong', ...argv)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(root, 'wrong'))).toBe(false)
  })
})
