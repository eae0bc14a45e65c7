import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { register, resume } from '../../src/cli/ppa-fit.js'
import { InputError } from '../../src/errors.js'
import { readFittedModels, writeDataSet } from '../../src/hardware/index.js'
import { openRun } from '../../src/runs/index.js'
import { HEADER, syntheticPoints } from '../hardware/models/synthetic-points.js'
import { temporary } from '../runs/toy.js'
import { capturedStdout } from './captured-stdout.js'

const root = temporary()
const data = join(root, 'points.csv')
writeDataSet(data, syntheticPoints({ perType: 20 }), HEADER)

const printed = capturedStdout(root)

const ppaFit = (...argv: string[]) => {
  const ppa = new Command('ppa').exitOverride().configureOutput({ writeErr() {} })
  register(ppa)
  for (const command of ppa.commands) command.exitOverride().configureOutput({ writeErr() {} })
  return ppa.parseAsync(['fit', '--quiet', ...argv], { from: 'user' })
}

describe('tandem ppa fit', () => {
  it('writes coefficients and a report, and prints the accuracy', async () => {
    const out = join(root, 'ppa.json')
    await ppaFit(data, '--out', out, '--run', 'a', '--seed', '3', '--folds', '4', '--held-out', '0.25')
    const models = readFittedModels(out)
    expect(models.settings).toEqual({ folds: 4, heldOut: 0.25, seed: 3 })
    expect(models.points).toEqual({ training: 180, heldOut: 60, failed: 0 })
    expect(readFittedModels(join(root, 'a', 'ppa.json'))).toEqual(models)
    expect(printed.text).toMatch(/Critical path, scratchpads inside\ntype +points +R² +MAPE/)
    expect(printed.text).toContain('Report: ')
    expect(readdirSync(join(root, 'a', 'figures')).filter(file => file.endsWith('.svg'))).toHaveLength(8)
    expect(readFileSync(join(root, 'a', 'report.html'), 'utf8')).toContain('held-out points')
  })

  it('prints the result alone with --json, and resumed gives the same coefficients', async () => {
    await ppaFit(data, '--run', 'b', '--json')
    expect(JSON.parse(printed.text)).toMatchObject({ schema: 1, command: 'ppa-fit', run: 'b', solutions: [] })
    const before = readFileSync(join(root, 'b', 'ppa.json'), 'utf8')
    await resume(openRun(root, 'b'), { quiet: true, json: true })
    expect(readFileSync(join(root, 'b', 'ppa.json'), 'utf8')).toBe(before)
  })

  it.each([
    [[join(root, 'none.csv')], /none\.csv: cannot be read/],
    [[data, '--folds', '1'], /folds: 1/],
    [[data, '--folds', '40'], /has 20 points; .* needs/],
    [[data, '--held-out', '1'], /above 0 and below 1/],
    [[data, '--out', join(root, 'no', 'x.json')], /its folder does not exist/],
    [[data, '--out', root], /is a folder/],
    [[], /missing required argument 'data'/],
  ])('refuses %j and writes nothing', async (argv, message) => {
    await expect(ppaFit('--run', 'wrong', ...argv)).rejects.toThrow(message)
    expect(existsSync(join(root, 'wrong'))).toBe(false)
  })

  it('raises wrong data as wrong input', async () => {
    await expect(ppaFit(join(root, 'points.json'))).rejects.toBeInstanceOf(InputError)
  })
})
