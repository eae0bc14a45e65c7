import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRun, readJournal } from '../../../src/runs/index.js'
import { temporary } from '../../runs/toy.js'
import { barsData } from '../bars.js'
import { SHAPES } from '../shapes.js'
import { expectSameHoweverDisturbed, type LongCase, named, PATIENCE } from './disturbed.js'

const files = temporary()
const space = join(files, 'shapes.yaml')
writeFileSync(space, SHAPES)
const data = barsData(join(files, 'bars'), 'bars', { train: 300 })
const search = [
  ...['search', '--space', space, '--data', data],
  ...['--constraint', 'macs<=80%', '--batch', '32', '--seed', '3', '--precision', 'float32'],
]

const cases: readonly LongCase[] = [
  {
    name: 'single-path',
    begin: named([...search, '--epochs', '3', '--train-epochs', '4', '--baselines', '1']),
  },
  {
    name: 'outer',
    begin: named([
      ...[...search, '--outer', '3', '--outer-epochs', '2', '--outer-stop', '0.01'],
      ...['--train-epochs', '3'],
    ]),
  },
  {
    name: 'one-shot',
    begin: named([
      ...[...search, '--method', 'one-shot', '--epochs', '2', '--train-epochs', '3'],
      ...['--candidates', '8', '--generations', '2'],
    ]),
    stopAt: 0.4,
  },
]

const root = temporary()

describe('tandem search', () => {
  it.each(cases)(
    '$name: stopped, ended early and killed, comes to the same bits',
    each => expectSameHoweverDisturbed(each, root),
    PATIENCE,
  )
})

describe('tandem codesign on a supernet', () => {
  const accelerators = join(files, 'few.yaml')
  writeFileSync(accelerators, 'name: few\npeType: [int8, lightpe-1]\nrows: [8, 16]\ncolumns: [8, 16]\n')
  const argv = [
    // The supernet of the one-shot search above.
    ...['codesign', '--space', space, '--data', data, '--accuracy', 'supernet:one-shot'],
    ...['--accelerators', accelerators, '--objective', 'error', '--objective', 'energy'],
    ...['--evaluations', '20', '--population', '10', '--tune-steps', '2', '--tune-batch', '32'],
    ...['--retrain', '1', '--train-epochs', '2', '--train-batch', '32', '--seed', '1'],
  ]

  it(
    'stopped, ended early and killed, comes to the same bits and asks for no accuracy twice',
    async () => {
      await expectSameHoweverDisturbed({ name: 'supernet', begin: named(argv), stopAt: 0.65 }, root)
      const pairs = readJournal(openRun(root, 'supernet-disturbed')).flatMap(
        ({ entry }) => entry['pair'] ?? [],
      )
      expect(pairs.length).toBeGreaterThan(4)
      expect(new Set(pairs).size).toBe(pairs.length)
    },
    PATIENCE,
  )
})
