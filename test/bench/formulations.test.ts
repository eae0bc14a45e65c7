import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/formulations.js'
import { openRun, readResult } from '../../src/runs/index.js'
import { barsData } from '../cli/bars.js'
import { shapesFiles } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('formulations', () => {
  it('puts steps, memory and found networks side by side, measures a step once, and says what is only estimated', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const { space, table, docs } = shapesFiles(root)
    const options = { docs, cases: `${space}:32`, steps: '2', rounds: '1' }
    const linesOf = () =>
      readFileSync(join(docs, 'data', 'formulations.csv'), 'utf8')
        .trimEnd()
        .split(/\r?\n/)
        .map(line => line.split(','))

    const estimated = await run({ ...options, memory: '1' })
    expect(estimated.rows.map(({ case: name }) => name)).toEqual([
      'shapes, batch 32: GB as estimated: single-path, softmax',
      'shapes, batch 32: GB as estimated: single-path, gumbel',
    ])
    expect(linesOf()).toHaveLength(4)

    const measured = await run(options)
    const [names, ...steps] = linesOf()
    const column = (line: readonly string[], name: string) => line[names!.indexOf(name)]!
    expect(steps.map(line => line.slice(0, 3).join())).toEqual(
      ['single-path', 'softmax', 'gumbel'].map(formulation => `shapes,32,${formulation}`),
    )
    for (const line of steps) expect(Number(column(line, 'ms_step'))).toBeGreaterThan(0)
    for (const line of steps) expect(Number(column(line, 'memory_peak_gb'))).toBeGreaterThan(0.1)
    expect(measured.rows).toHaveLength(6)

    const { rows } = await run({
      ...{
        ...options,
        data: barsData(join(root, 'bars'), 'bars', { train: 300 }),
        space,
        on: `table:${table}`,
      },
      ...{ target: '0.5', epochs: '2', warmup: '1', 'train-epochs': '1', batch: '32', precision: 'float32' },
    })
    const [, ...lines] = linesOf()
    expect(lines.slice(0, 3)).toEqual(steps)
    const found = ['single-path', 'softmax', 'gumbel'].map(formulation => {
      const name = `formulation-${formulation}-0`
      const line = lines.find(line => column(line, 'run') === name)!
      const { cost, accuracy, met } = readResult(openRun(root, name))!.solutions[0]!
      expect(met).toBe(true)
      expect(Number(column(line, 'latency_ms'))).toBeCloseTo(cost.latencyMs!, 4)
      expect(Number(column(line, 'test'))).toBeCloseTo(accuracy!.test!, 4)
      expect(Number(column(line, 'of_target'))).toBeLessThanOrEqual(1)
      expect(column(line, 'ms_step')).toBe(column(steps.find(step => step[2] === formulation)!, 'ms_step'))
      return accuracy!.test!
    })
    const tests = rows.filter(({ case: name }) => name.startsWith('seed 0: test accuracy'))
    expect(tests.map(({ ours, theirs }) => [ours, theirs])).toEqual([
      [expect.closeTo(found[0]!, 4), expect.closeTo(found[1]!, 4)],
      [expect.closeTo(found[0]!, 4), expect.closeTo(found[2]!, 4)],
    ])
  }, 240_000)

  it('names the option that is wrong', async () => {
    await expect(run({ cases: 'cifar10-mbconv' })).rejects.toThrow('--cases takes SPACE:BATCH')
    await expect(run({ cases: 'cifar10-mbconv:0' })).rejects.toThrow('--cases takes SPACE:BATCH')
  })
})
