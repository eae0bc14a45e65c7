import {
  CODESIGN_PLAN,
  type CodesignConfig,
  type CodesignPlan,
  designConstraints,
  familyOf,
  type KnownAccuracy,
  type Measure,
  mappingFor,
} from '../../src/codesign/index.js'
import { type AcceleratorSpace, readFittedModels } from '../../src/hardware/index.js'
import { random } from '../../src/random.js'

/** 729 cells × 16 accelerators. */
export const familyConfig = {
  kind: 'nasbench201',
  operations: ['skip_connect', 'nor_conv_1x1', 'nor_conv_3x3'],
} as const
export const family = familyOf(familyConfig)
export const accelerators: AcceleratorSpace = {
  name: 'few',
  knobs: [
    { knob: 'peType', values: ['int8', 'lightpe-1'] },
    { knob: 'rows', values: [8, 16] },
    { knob: 'columns', values: [16, 8] },
    { knob: 'ifmapWords', values: [5, 12] },
  ],
}

/** Wider kernels help, less and less; a little luck. */
export const accuracy: KnownAccuracy = {
  name: 'of a formula',
  split: 'validation',
  notes: ['Accuracies are of a formula.'],
  dear: false,
  accuracy(architecture) {
    const area = architecture.map(operation => ({ nor_conv_3x3: 9, nor_conv_1x1: 3 })[operation] ?? 0)
    const luck = random(3, ...architecture).uniform()
    return 0.95 - 0.3 / (1 + area.reduce((sum, each) => sum + each, 0) / 6) - 0.02 * luck
  },
}

const models = readFittedModels()

export function configOf({
  objectives = ['error', 'latency', 'area'],
  constraints = [],
  seeds = [],
  ...plan
}: Partial<CodesignPlan> & {
  readonly objectives?: readonly Measure[]
  readonly constraints?: readonly string[]
  readonly seeds?: CodesignConfig['seeds']
} = {}): CodesignConfig {
  const bounds = designConstraints(constraints)
  return {
    ...{ family: familyConfig, accelerators, models, objectives, seeds, batch: 1 },
    accuracy: { kind: 'table', file: 'formula', column: 'valid', values: [], offsets: {} },
    constraints: bounds,
    mapping: mappingFor(objectives, bounds),
    reference: family.reference,
    plan: { ...CODESIGN_PLAN, evaluations: 800, baselines: false, ...plan },
  }
}
