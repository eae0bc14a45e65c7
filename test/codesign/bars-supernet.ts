import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CODESIGN_PLAN, SUPERNET_SOURCE, type SupernetSource } from '../../src/codesign/index.js'
import type { SupernetConfig } from '../../src/codesign/supernet-index.js'
import { type Dataset, loadDataset } from '../../src/data/index.js'
import { type AcceleratorSpace, readFittedModels } from '../../src/hardware/index.js'
import { parseSpace } from '../../src/search/space/space.js'
import { barsData } from '../cli/bars.js'
import { SHAPES } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'
import { trained } from '../search/supernet/cut-supernet.js'

/** A space of 20 networks on images of bars, weights for them that were never trained, and data. */
export const space = parseSpace(SHAPES, 'shapes.yaml')
export const weights = trained(space, 5)

export function bars(): Promise<Dataset> {
  const folder = temporary()
  mkdirSync(folder, { recursive: true })
  return loadDataset(barsData(join(folder, 'bars'), 'bars', { train: 200 }))
}

export const source: SupernetSource = {
  ...{ kind: 'supernet', file: 'of the test', sha256: '', data: 'bars', heldOut: 0.25, seed: 3 },
  ...SUPERNET_SOURCE,
}

export const accelerators: AcceleratorSpace = {
  name: 'few',
  knobs: [
    { knob: 'peType', values: ['fp32', 'lightpe-1'] },
    { knob: 'rows', values: [8, 16] },
    { knob: 'columns', values: [8, 16] },
  ],
}

/** Two steps of tuning, a search among 20 pairs, two members trained for an epoch. */
export const config: SupernetConfig = {
  family: { kind: 'blocks', space },
  ...{ accelerators, models: readFittedModels(), constraints: [], mapping: 'energy', batch: 1, seeds: [] },
  objectives: ['error', 'energy'],
  reference: ['5x5-e6', '5x5-e6'],
  accuracy: {
    ...source,
    tune: {
      ...{ steps: 2, batchSize: 32, learningRate: 0.01, weightDecay: 1e-5, labelSmoothing: 0.1, random: 1 },
      augment: {},
    },
  },
  plan: { ...CODESIGN_PLAN, evaluations: 24, population: 12, baselines: false },
  retrain: { members: 2, from: 'inherited', training: { epochs: 1, batchSize: 32 } },
}
