import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import sharp from 'sharp'
import { collect } from '../../src/cli/long-command.js'
import { positiveInteger } from '../../src/cli/number-options.js'
import { decodeModel, encodeModel } from '../../src/network/formats/onnx/schema.js'
import { createNetwork, graph, initialize, type Network, writeOnnx } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import { createRun, drive, type Run, writeResult } from '../../src/runs/index.js'
import { walk } from '../runs/toy-job.js'

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const shipped = (file: string): Uint8Array => new Uint8Array(readFileSync(join(packageRoot, file)))

export function write(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/** A few kilobytes of network with a layer of most kinds. */
export function network(): Network {
  const net = graph('fuzzed', [8, 8, 3])
  const stem = net.activation(
    net.batchNorm(net.conv(net.input, { name: 'stem', filters: 4, padding: [1, 1, 1, 1] })),
  )
  const wide = net.conv(stem, { name: 'wide', filters: 8, groups: 4, padding: [1, 1, 1, 1], bias: true })
  const gate = net.activation(
    net.conv(net.globalAveragePool(wide, { keepSpatial: true }), { filters: 8, kernel: 1 }),
    {
      function: 'sigmoid',
    },
  )
  const mixed = net.channelShuffle(net.multiply([wide, gate]), { groups: 2 })
  const back = net.conv(mixed, { name: 'back', filters: 4, kernel: 1 })
  const joined = net.concat([net.add([back, stem]), net.sliceChannels(mixed, { start: 0, count: 4 })])
  const pooled = net.pool(joined, { function: 'max', kernel: 2, strides: 2 })
  const scaled = net.scale(net.layerNorm(net.pad(pooled, { padding: [1, 0, 0, 1] })), { shift: true })
  const sized = net.resize(scaled, { size: [4, 4], mode: 'bilinear' })
  net.softmax(
    net.dense(net.dropout(net.flatten(sized), { rate: 0.2 }), { name: 'head', units: 5, bias: true }),
  )
  return initialize(net.finish(), 1)
}

/** As another program writes it: layers are put together from nodes, and named after them. */
export function foreignOnnx(): Uint8Array {
  const model = decodeModel(writeOnnx(network()))
  return encodeModel({ ...model, producerName: 'pytorch', metadataProps: [] })
}

/** Keeps the values of its largest tensor in `weights.bin`. */
export function onnxBeside(): { readonly onnx: Uint8Array; readonly weights: Uint8Array } {
  const model = decodeModel(foreignOnnx())
  const largest = model.graph.initializer.toSorted((a, b) => b.rawData!.length - a.rawData!.length)[0]!
  const weights = largest.rawData!.slice()
  const moved = {
    name: largest.name,
    dims: largest.dims,
    dataType: largest.dataType,
    dataLocation: 1,
    externalData: [
      { key: 'location', value: 'weights.bin' },
      { key: 'offset', value: '0' },
      { key: 'length', value: String(weights.length) },
    ],
  }
  const initializer = model.graph.initializer.map(tensor => (tensor === largest ? moved : tensor))
  return { onnx: encodeModel({ ...model, graph: { ...model.graph, initializer } }), weights }
}

/** Kernels of two layers on the grids of 4-bit integers, and of powers of two. */
export function gridNetwork(kernel: readonly number[]): Network {
  const net = graph('grid', [3])
  net.dense(net.dense(net.input, { name: 'first', units: 2 }), { name: 'last', units: 2 })
  const weight = (shape: readonly number[], values: readonly number[]) => ({
    shape,
    data: Float32Array.from(values),
  })
  return createNetwork({
    ...net.finish(),
    weights: {
      'first/kernel': weight([3, 2], kernel),
      'first/bias': weight([2], [0, 1]),
      'last/kernel': weight([2, 2], [1, 2, 3, 4]),
      'last/bias': weight([2], [0.5, 0]),
    },
  })
}

const kerasLayer = (class_name: string, name: string, config: object, from?: string | readonly string[]) => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: from === undefined ? [] : [[from].flat().map(each => [each, 0, 0, {}])],
})

const conv = {
  filters: 2,
  kernel_size: [3, 3],
  padding: 'same',
  strides: [1, 1],
  activation: 'relu',
  use_bias: true,
}
const weights = (layers: Readonly<Record<string, readonly number[]>>) => [
  {
    paths: ['weights.bin'],
    weights: Object.entries(layers).map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
  },
]
const OF_CONV = { 'conv/kernel': [3, 3, 1, 2], 'conv/bias': [2] }

/** Two models of Keras whose weights take 96 bytes and more of `weights.bin`. */
export const kerasModels = (): readonly Uint8Array[] =>
  [
    {
      modelTopology: {
        class_name: 'Sequential',
        keras_version: '2.15.0',
        config: {
          name: 'sequential',
          layers: [
            kerasLayer('Conv2D', 'conv', { ...conv, batch_input_shape: [null, 4, 4, 1] }),
            kerasLayer('MaxPooling2D', 'pool', { pool_size: [2, 2], strides: [2, 2], padding: 'valid' }),
            kerasLayer('ZeroPadding2D', 'pad', {
              padding: [
                [1, 0],
                [0, 1],
              ],
            }),
            kerasLayer('GlobalAveragePooling2D', 'mean', {}),
            kerasLayer('Softmax', 'softmax', { axis: -1 }),
          ],
        },
      },
      weightsManifest: weights(OF_CONV),
    },
    {
      modelTopology: {
        class_name: 'Functional',
        keras_version: '2.15.0',
        config: {
          name: 'functional',
          layers: [
            kerasLayer('InputLayer', 'in', { batch_input_shape: [null, 4, 4, 1] }),
            kerasLayer('Conv2D', 'conv', conv, 'in'),
            kerasLayer('UpSampling2D', 'up', { size: [2, 2], interpolation: 'nearest' }, 'conv'),
            kerasLayer('AveragePooling2D', 'down', { pool_size: 2, strides: 2, padding: 'same' }, 'up'),
            kerasLayer('Add', 'sum', {}, ['conv', 'down']),
            kerasLayer('Activation', 'hard', { activation: 'hard_sigmoid' }, 'sum'),
            kerasLayer('Concatenate', 'both', { axis: -1 }, ['hard', 'conv']),
            kerasLayer('Flatten', 'flat', {}, 'both'),
            kerasLayer('Reshape', 'shaped', { target_shape: [64] }, 'flat'),
            kerasLayer('Dropout', 'drop', { rate: 0.5 }, 'shaped'),
          ],
          input_layers: [['in', 0, 0]],
          output_layers: [['drop', 0, 0]],
        },
      },
      weightsManifest: weights(OF_CONV),
    },
  ].map(model => bytesOf(JSON.stringify({ format: 'layers-model', ...model })))

export const kerasWeights = (): Uint8Array => new Uint8Array(new Float32Array(20).fill(0.25).buffer)

/** A library of standard cells that has the least that is needed. */
export const LIBERTY = `library (toy) { /* a comment */
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; capacitive_load_unit (1, ff);
  nom_voltage : 1.1; default_wire_load : "small";
  wire_load ("small") { capacitance : 1.0; slope : 2.0; fanout_length (1, 2.0); fanout_length (4, 9.0); }
  lu_table_template (delay) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; }
  cell (INV) { area : 0.5; cell_leakage_power : 2.5;
    pin (A) { direction : input; capacitance : 1.5; }
    pin (ZN) { direction : output; function : "!A";
      timing () { related_pin : "A"; timing_sense : negative_unate;
        cell_rise (delay) { index_1 ("0.1, 0.2"); index_2 ("1, 2"); values ("1, 2", \\
          "3, 4"); } } } }
  cell (NAND) { area : 0.8; leakage_power () { when : "A & B"; value : 3; }
    pin (A) { direction : input; } pin (B) { direction : input; }
    pin (ZN) { direction : output; function : "!(A & B)";
      internal_power () { related_pin : "A"; when : "B"; rise_power (scalar) { values ("0.5"); } } } }
  cell (DFF) { ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; timing () { related_pin : "CK"; timing_type : setup_rising; } }
    pin (CK) { direction : input; clock : true; } pin (Q) { direction : output; function : "IQ"; } }
  cell (GATE) { clock_gating_integrated_cell : "latch_posedge"; dont_use : false;
    pin (CK) { direction : input; clock_gate_clock_pin : true; }
    pin (E) { direction : input; clock_gate_enable_pin : true; }
    pin (GCK) { direction : output; clock_gate_out_pin : true; } } }
`

/** Class folders of images of 6 × 6. */
export async function imageFolder(folder: string): Promise<void> {
  const files = { 'train/cat/a.png': 10, 'train/dog/b.jpg': 200, 'test/cat/c.png': 90 }
  for (const [file, grey] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    await sharp(await image('png', grey)).toFile(join(folder, file))
  }
}

export async function image(format: 'png' | 'jpeg', grey = 100): Promise<Uint8Array> {
  const background = { r: grey, g: 2, b: 3 }
  const made = sharp({ create: { width: 6, height: 6, channels: 3, background } }).withExif({
    IFD0: { Artist: 'x' },
  })
  return new Uint8Array(await made.toFormat(format).toBuffer())
}

export const idx = (dims: readonly number[], values: readonly number[]): Uint8Array => {
  const header = [0x0800 + dims.length, ...dims].flatMap(size => [size >>> 24, size >>> 16, size >>> 8, size])
  return Uint8Array.from([...header, ...values])
}

/** Options of a command as `--config` reads them. */
export const toyCommand = (): Command =>
  new Command('toy')
    .option('--data <data>', '')
    .option('--epochs <n>', '', positiveInteger)
    .option('--constraint <bound>', '', collect)
    .option('--quiet', '')
    .option('--no-report', '')

let made: Promise<Run> | undefined

/** A run that came to its end, with everything that a run may have. */
export async function finishedRun(): Promise<Run> {
  made ??= (async () => {
    const root = mkdtempSync(join(tmpdir(), 'tandem-fuzz-run-'))
    process.once('exit', () => rmSync(root, { recursive: true, force: true }))
    const run = createRun({
      root,
      name: 'run-1',
      command: 'walk',
      config: { data: 'none' },
      seed: 0,
      argv: ['walk'],
    })
    await drive(walk({ steps: 12 }), run, { checkpointSeconds: 0 })
    writeResult(run, {
      asked: [{ metric: 'latency', op: '<=', bound: 4 }],
      solutions: [
        {
          ...{ name: 'found', met: false, misses: [{ metric: 'latency', bound: 4, value: 5, by: 1 }] },
          ...{
            cost: { latencyMs: 5, macs: 10 },
            accuracy: { test: 0.9 },
            files: { network: 'network.onnx' },
          },
        },
      ],
    })
    const spec = {
      mark: 'point',
      data: { values: [{ x: 1, y: 2 }] },
      encoding: { x: { field: 'x' }, y: { field: 'y' } },
    }
    const table = { title: 'Table', columns: ['a'], rows: [[1], ['b']] }
    const report = { title: 'Walk', figures: [{ title: 'Figure', spec }], tables: [table], notes: ['a note'] }
    write(run.folder, { 'report.json': JSON.stringify(report) })
    return run
  })()
  return made
}

export const ofRun = async (file: string): Promise<Uint8Array> =>
  new Uint8Array(readFileSync(join((await finishedRun()).folder, file)))

/** Copies the finished run into a folder of runs. */
export async function copyRun(root: string): Promise<void> {
  cpSync((await finishedRun()).folder, join(root, 'run-1'), { recursive: true })
}
