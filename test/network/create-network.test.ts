import { describe, expect, test } from 'vitest'
import { NetworkError } from '../../src/errors.js'
import { createNetwork, type Layer, type NetworkParts, type Weights } from '../../src/network/index.js'

const act = (name: string, ...inputs: string[]): Layer => ({
  type: 'activation',
  name,
  inputs,
  function: 'relu',
})
const dense: Layer = { type: 'dense', name: 'fc', inputs: ['x'], units: 2, bias: true }
const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) })

const network = (layers: readonly Layer[], parts: Partial<NetworkParts> = {}) =>
  createNetwork({ name: 'net', input: { name: 'x', shape: [3] }, layers, ...parts })

describe('a network', () => {
  test('is frozen to its last part, and does not follow later changes of what it was made from', () => {
    const inputs = ['x']
    const layers: Layer[] = [{ ...dense, inputs }]
    const made = network(layers, {
      weights: { 'fc/kernel': zeros(3, 2), 'fc/bias': zeros(2) },
      architecture: { space: 's', choices: [{ block: 'b', choice: 'skip' }] },
    })
    inputs[0] = 'y'
    layers.push(act('late', 'fc'))
    expect(made.layers).toEqual([dense])
    for (const part of [
      made,
      made.input,
      made.input.shape,
      made.layers,
      made.layers[0],
      made.layers[0]!.inputs,
      made.weights,
      made.weights['fc/bias'],
      made.weights['fc/bias']!.shape,
      made.architecture!.choices[0],
    ])
      expect(Object.isFrozen(part)).toBe(true)
  })

  test('may carry no weights while only its structure matters', () => {
    expect(network([dense]).weights).toEqual({})
  })

  test('orders its weights as its layers do', () => {
    const made = network([dense], { weights: { 'fc/bias': zeros(2), 'fc/kernel': zeros(3, 2) } })
    expect(Object.keys(made.weights)).toEqual(['fc/kernel', 'fc/bias'])
  })
})

describe('a malformed network is refused with its layer, the cause and the remedy', () => {
  const cases: readonly [string, () => unknown, RegExp][] = [
    ['no name', () => network([dense], { name: '' }), /needs a name/],
    ['no layers', () => network([]), /"net" has no layers; add at least one/],
    [
      'an input shape with a wrong rank',
      () => network([dense], { input: { name: 'x', shape: [3, 3] } }),
      /input shape \[3, 3\] must be \[height, width, channels\] or \[features\]/,
    ],
    ['an empty input', () => network([dense], { input: { name: 'x', shape: [0] } }), /all positive/],
    [
      'a nameless input',
      () => network([dense], { input: { name: '', shape: [3] } }),
      /its input needs a name/,
    ],
    ['a nameless layer', () => network([act('', 'x')]), /a layer has no name/],
    ['a name used twice', () => network([act('a', 'x'), act('a', 'a')]), /layer "a": the name is used twice/],
    ["the input's name used again", () => network([act('x', 'x')]), /layer "x": the name is used twice/],
    [
      'an unknown input',
      () => network([act('a', 'nowhere')]),
      /layer "a": reads "nowhere", which does not exist/,
    ],
    [
      'an input that stands later',
      () => network([act('a', 'b'), act('b', 'x')]),
      /layer "a": reads "b", which does not stand before it; put the layers in topological order/,
    ],
    [
      'a layer that reads itself',
      () => network([act('a', 'a')]),
      /layer "a": reads "a", which does not stand/,
    ],
    [
      'a dead end',
      () => network([act('dead', 'x'), act('live', 'x')]),
      /layer "dead": does not reach the output "live"; remove it or connect it/,
    ],
    [
      'shapes that do not fit',
      () => network([dense, { type: 'add', name: 'sum', inputs: ['x', 'fc'] }]),
      /layer "sum" \(add\): adds inputs of unequal shapes: "x" \[3\], "fc" \[2\]/,
    ],
    [
      'a layer named like a weight',
      () => network([act('fc/bias', 'x'), { ...dense, inputs: ['fc/bias'] }]),
      /layer "fc\/bias": has the name of a weight of "fc"; rename it/,
    ],
    [
      'a missing weight',
      () => network([dense], { weights: { 'fc/kernel': zeros(3, 2) } }),
      /weight "fc\/bias" is missing; give all weights, or none/,
    ],
    [
      'a weight of the wrong shape',
      () => network([dense], { weights: { 'fc/kernel': zeros(2, 3), 'fc/bias': zeros(2) } }),
      /weight "fc\/kernel": expected shape \[3, 2\] with 6 values, got \[2, 3\] with 6/,
    ],
    [
      'a weight with too few values',
      () =>
        network([dense], {
          weights: { 'fc/kernel': { shape: [3, 2], data: new Float32Array(5) }, 'fc/bias': zeros(2) },
        }),
      /weight "fc\/kernel": expected shape \[3, 2\] with 6 values, got \[3, 2\] with 5/,
    ],
    [
      'a weight of no layer',
      () =>
        network([dense], {
          weights: { 'fc/kernel': zeros(3, 2), 'fc/bias': zeros(2), 'gone/kernel': zeros(1) } as Weights,
        }),
      /weight "gone\/kernel" belongs to no layer/,
    ],
  ]
  test.each(cases)('%s', (_, make, message) => {
    expect(make).toThrow(NetworkError)
    expect(make).toThrow(message)
  })
})
