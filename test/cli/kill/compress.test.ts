import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { writeOnnx } from '../../../src/network/index.js'
import { temporary } from '../../runs/toy.js'
import { barsData } from '../bars.js'
import { barsNetwork } from '../bars-network.js'
import { expectSameHoweverDisturbed, type LongCase, named, PATIENCE } from './disturbed.js'

const files = temporary()
const model = join(files, 'bars.onnx')
writeFileSync(model, writeOnnx(barsNetwork('bars')))
const common = [
  ...[model, '--data', barsData(join(files, 'bars'), 'bars', { train: 150 })],
  ...['--batch', '32', '--precision', 'float32', '--seed', '3'],
]

const cases: readonly LongCase[] = [
  {
    name: 'prune',
    begin: named([
      ...['prune', ...common, '--budget', 'macs<=60%', '--budget', 'params<=400', '--epochs', '3'],
      ...['--evaluations', '12', '--population', '4', '--images', '10', '--tau', '2'],
    ]),
  },
  {
    name: 'pool',
    begin: named(['pool', ...common, '--images', '10', '--epochs', '3', '--group-size', '1']),
    stopAt: 0.6,
  },
  {
    name: 'quantize',
    begin: named([
      ...['quantize', ...common, '--scheme', 'int8', '--scheme', 'flightnn', '--constraint', 'terms<=1.4'],
      ...['--epochs', '4'],
    ]),
    stopAt: 0.8,
  },
]

describe('a trained network that is changed', () => {
  it.each(cases)(
    '$name: stopped, ended early and killed, comes to the same bits',
    each => expectSameHoweverDisturbed(each, temporary()),
    PATIENCE,
  )
})
