import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { architectureAt, familyOf } from '../../../src/codesign/index.js'
import { writeDataSet } from '../../../src/hardware/index.js'
import { createRun } from '../../../src/runs/index.js'
import { design, hasLibrary, LIBRARY, needsLibrary } from '../../hardware/characterize/library.js'
import { HEADER, syntheticPoints } from '../../hardware/models/synthetic-points.js'
import { temporary } from '../../runs/toy.js'
import { expectSameHoweverDisturbed, type LongCase, named, PATIENCE } from './disturbed.js'

const files = temporary()
function file(name: string, text: string): string {
  writeFileSync(join(files, name), text)
  return join(files, name)
}

/** An accuracy for every cell. */
function cells(): string {
  const family = familyOf({ kind: 'nasbench201' })
  const lines = Array.from(
    { length: family.size },
    (_, i) => `${family.format(architectureAt(family, i)).replaceAll(',', ' ')},${50 + (i % 43)}`,
  )
  return file('cells.csv', `arch,cifar10_test\n${lines.join('\n')}\n`)
}

const points = join(files, 'points.csv')
writeDataSet(points, syntheticPoints({ perType: 20 }), HEADER)
const many = file(
  'many.yaml',
  'name: many\npeType: [int8, int16, lightpe-1]\nrows: { from: 4, to: 16, step: 2 }\ncolumns: { from: 4, to: 16, step: 2 }\n',
)

const cases: readonly LongCase[] = [
  {
    name: 'codesign',
    begin: named([
      ...['codesign', '--space', 'nasbench201', '--accelerators', many, '--accuracy', `table:${cells()}`],
      ...['--objective', 'error', '--objective', 'energy', '--evaluations', '1500', '--seed', '2'],
    ]),
  },
  {
    name: 'sweep',
    begin: named([
      ...['ppa', 'sweep', '--accelerators', many],
      ...['--network', 'mobilenet-v2', '--network', 'resnet20'],
    ]),
  },
  {
    name: 'fit',
    begin: named(['ppa', 'fit', points, '--seed', '3']),
    nothingYet: /\d of 8 models are fitted, and an estimate takes all of them/,
  },
]

describe('work on accelerators', () => {
  it.each(cases)(
    '$name: stopped, ended early and killed, comes to the same bits',
    each => expectSameHoweverDisturbed(each, temporary()),
    PATIENCE,
  )

  // Sampled designs begin with one of floating point, which takes as long as all else here.
  const designs = [design('lightpe-1'), design('lightpe-2'), design('int8x4')]
  const root = temporary()
  const characterization = (name: string) => {
    const config = { library: LIBRARY, points: designs, seeds: 1, workers: 1 }
    createRun({ root, name, command: 'ppa-characterize', config, seed: 4 })
    return ['runs', 'resume', name]
  }

  it.skipIf(!hasLibrary)(
    `characterize: stopped, ended early and killed, comes to the same bits${needsLibrary}`,
    () =>
      expectSameHoweverDisturbed(
        {
          name: 'characterize',
          begin: characterization,
          early:
            /Characterized so far: [12] designs, too few to fit models to: .* has 1 points; .* needs \d+/,
        },
        root,
      ),
    PATIENCE,
  )
})
