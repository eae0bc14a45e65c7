import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { temporary } from '../../runs/toy.js'
import { barsData } from '../bars.js'
import { SHAPES } from '../shapes.js'
import { expectSameHoweverDisturbed, type LongCase } from './disturbed.js'

const files = temporary()
const space = join(files, 'shapes.yaml')
writeFileSync(space, SHAPES)
const search = [
  ...['search', '--space', space, '--data', barsData(join(files, 'bars'), 'bars', { train: 300 })],
  ...['--constraint', 'macs<=80%', '--batch', '32', '--seed', '3', '--precision', 'float32'],
]

const cases: readonly LongCase[] = [
  { name: 'single-path', argv: [...search, '--epochs', '3', '--train-epochs', '4', '--baselines', '1'] },
  {
    name: 'outer',
    argv: [...search, '--outer', '3', '--outer-epochs', '2', '--outer-stop', '0.01', '--train-epochs', '3'],
  },
  {
    name: 'one-shot',
    argv: [
      ...[...search, '--method', 'one-shot', '--epochs', '2', '--train-epochs', '3'],
      ...['--candidates', '8', '--generations', '2'],
    ],
    stopAt: 0.4,
  },
]

describe('tandem search', () => {
  it.each(cases)(
    '$name: stopped, ended early and killed, comes to the same bits',
    each => expectSameHoweverDisturbed(each, temporary()),
    300_000,
  )
})
