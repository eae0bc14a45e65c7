import { describe, expect, it } from 'vitest'
import { dataInput } from '../../src/cli/data-input.js'
import type { Dataset } from '../../src/data/index.js'
import { InputError } from '../../src/errors.js'
import { checkInputs, createRun, openRun } from '../../src/runs/index.js'
import { temporary } from './toy.js'

function dataset(pixel: number, label = 0): Dataset {
  const images = {
    count: 1,
    pixels: new Uint8Array(new SharedArrayBuffer(4)).fill(pixel),
    labels: new Uint16Array(new SharedArrayBuffer(2)).fill(label),
  }
  const classes = ['a', 'b']
  return { name: 'dots', classes, shape: [2, 2, 1], mean: [0], std: [1], train: images, test: images }
}

describe('what a run was given', () => {
  const root = temporary()
  const made = createRun({
    ...{ root, name: 'mine', command: 'toy', config: {}, seed: 0, argv: [] },
    inputs: dataInput('idx:dots', dataset(7)),
  })
  const run = openRun(root, 'mine')

  it('is remembered by what it holds, not by where it lies', () => {
    expect(made.inputs).toEqual({ 'idx:dots': expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(() => checkInputs(run, dataInput('idx:dots', dataset(7)))).not.toThrow()
  })

  it.each([
    ['a pixel', dataset(8)],
    ['a label', dataset(7, 1)],
    ['a class', { ...dataset(7), classes: ['a', 'c'] }],
  ])('is refused, by name, where %s has changed', (_, changed) => {
    const check = () => checkInputs(run, dataInput('idx:dots', changed))
    expect(check).toThrow(InputError)
    expect(check).toThrow(
      'idx:dots has changed since the run began: put back what it held, or begin another run',
    )
  })

  it('is not asked for of a run that remembers none', () => {
    const { inputs: _, ...before } = run
    expect(() => checkInputs(before, dataInput('idx:dots', dataset(8)))).not.toThrow()
    expect(dataInput(undefined, undefined)).toEqual({})
  })
})
