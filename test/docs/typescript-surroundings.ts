/** What a TypeScript example leaves to its reader. */
export interface Surroundings {
  /** A line of the example that no other has. */
  readonly of: string
  /** Declarations that come before it. */
  readonly before?: string
  /** What stands where the example says "…". */
  readonly dots?: string
  /** Names of the example that files here have another form of. */
  readonly instead?: readonly (readonly [string, string])[]
}

const SMALL_NETWORK = `
import { graph, initialize } from 'tandem-nas'
const net = graph('small', [8, 8, 3])
net.dense(net.flatten(net.pool(net.conv(net.input, { name: 'conv', filters: 4 }))), { name: 'classes', units: 2 })
const network = initialize(net.finish(), 0)
`

/** One for each example, in no order. */
export const SURROUNDINGS: readonly Surroundings[] = [
  { of: "import { createModel, trainStep } from 'tandem-nas/engine'" },
  { of: 'await minimise(problems.bnh' },
  {
    of: 'const own = codesign.evaluator(',
    before: `
import { codesign as rooms, hardware as parts, readSpace as spaceNamed } from 'tandem-nas'
const accuracy: rooms.KnownAccuracy = { name: 'even', split: 'test', notes: [], dear: false, accuracy: () => 0.9 }
const space = spaceNamed('cifar10-mbconv')
const config: rooms.CodesignConfig = {
  family: { kind: 'blocks', space },
  accelerators: parts.readAcceleratorSpace('accelerator-study'),
  models: parts.readFittedModels(),
  accuracy: { kind: 'table', file: 'even', column: 'test', values: [], offsets: {} },
  objectives: ['error', 'latency'],
  constraints: [],
  seeds: [],
  batch: 1,
  mapping: 'latency',
  reference: rooms.familyOf({ kind: 'blocks', space }).reference,
  plan: rooms.CODESIGN_PLAN,
}
const seed = 0
`,
  },
  {
    of: 'const program = compile(trainStep(',
    before: `${SMALL_NETWORK}
const batch = { images: new Float32Array(2 * 8 * 8 * 3).fill(0.5), labels: Int32Array.of(0, 1), count: 2 }
`,
  },
  {
    of: "const network = readOnnx('resnet50.onnx')",
    before: `
import { writeFileSync } from 'node:fs'
import { initialize, resnet as built, writeOnnx as toOnnx, writeSafetensors } from 'tandem-nas'
import { tf } from 'tandem-nas/engine'
const any = initialize(built({ depth: 20 }), 0)
writeFileSync('resnet50.onnx', toOnnx(any))
writeFileSync('resnet20.safetensors', writeSafetensors(any.weights))
await tf.sequential({
  layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 2 })],
}).save('file://.')
`,
  },
  {
    of: "{ kind: 'real', name: 'clock', low: 0.1, high: 1.5 }",
    dots: `const elements = Number(columns) * Number(rows)
    const [latency, energy] = [1000 / elements / Number(clock), elements * Number(clock)]
    const [area, accuracy] = [elements / 300, type === 'int16' ? 0.93 : 0.91]`,
    instead: [['20_000', '2_000']],
  },
  {
    of: 'let state = init({ variables, objectives, constraints, termination }, seed)',
    before: `
import type { Genome, Variable } from 'tandem-nas/evolve'
const variables: readonly Variable[] = [{ kind: 'real', name: 'x', low: 0, high: 1 }]
const [objectives, constraints, termination, seed] = [['x', 'rest'], [], { evaluations: 300 }, 1]
const evaluate = ([x]: Genome) => ({ objectives: [x!, (1 - x!) ** 2], constraints: [] })
`,
  },
  {
    of: 'const scorer = oneShotScorer(space, weights, batches)',
    before: `
import { drawnArchitectures, largest, readSpace as spaceNamed } from 'tandem-nas/search'
const architecture = largest(spaceNamed('little.yaml'))
const batches = [{ images: new Float32Array(4 * 32 * 32 * 3), labels: Int32Array.of(0, 1, 2, 3), count: 4 }]
`,
    instead: [["'cifar10-mbconv'", "'little.yaml'"]],
  },
  {
    of: 'const { layers, refused } = poolable(network)',
    before: `
import { vgg16 } from 'tandem-nas'
const network = vgg16({ variant: 'cifar' })
`,
  },
  {
    of: 'const pool = await workers.openPool(',
    before: `
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
writeFileSync('kinds.mjs', 'export const kinds = { supernet: async () => () => ({ evaluate: async task => task / 10 }) }')
const [kinds, setup, pairs] = [pathToFileURL('kinds.mjs').href, {}, [7, 8, 9]]
`,
  },
]
