import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { InputError, NetworkError } from '../../src/errors.js'
import {
  DATA_TYPE,
  decodeModel,
  encodeModel,
  type TensorProto,
} from '../../src/network/formats/onnx/schema.js'
import { initialize, readOnnx, resnet, writeOnnx } from '../../src/network/index.js'
import { temporaryFolder } from '../data/temporary-folder.js'
import { differenceToFile, floats, scalar, type TinyFile, tinyFile } from './onnx-file.js'

const MAP = ['n', 3, 6, 6] as const
const relu: TinyFile['nodes'] = [['Relu', ['x'], 'y']]
const kernel = floats([4, 3, 3, 3])

describe('what cannot be imported is said', () => {
  test('all at once: operators, nodes, and why', () => {
    const file = tinyFile({
      input: MAP,
      nodes: [
        ['Conv', ['x', 'k'], 'a', {}, 'conv'],
        ['ConvTranspose', ['a', 'k'], 'b', {}, 'up'],
        ['Softplus', ['b'], 'c', {}, 'softplus'],
        ['ConvTranspose', ['c', 'k'], 'd', {}, 'up2'],
        ['Pad', ['a', 'pads'], 'e', { mode: 'reflect' }, 'mirror'],
        ['Add', ['d', 'e'], 'y', {}, 'sum'],
      ],
      constants: { k: kernel, pads: [0, 0, 1, 1, 0, 0, 1, 1] },
    })
    expect(() => readOnnx(file, { source: 'model.onnx' })).toThrow(
      new NetworkError(
        'model.onnx: cannot be imported:\n' +
          '  ConvTranspose is not supported: "up", "up2"\n' +
          '  Softplus is not supported: "softplus"\n' +
          '  node "mirror" (Pad) pads by mode "reflect"; only zeros can be read',
      ),
    )
  })

  const cases: readonly [string, TinyFile, RegExp][] = [
    [
      'an operand that is not there',
      { input: MAP, nodes: [['Mul', ['x'], 'y', {}, 'half']] },
      /node "half" \(Mul\) its second operand is missing/,
    ],
    [
      'a permutation that names an axis twice, once from the end',
      { input: MAP, nodes: [['Transpose', ['x'], 'y', { perm: [0, 2, 3, -1] }, 'turn']] },
      /node "turn" \(Transpose\) has the permutation \[0,2,3,-1\] of 4 axes/,
    ],
    [
      'a constant turned so',
      {
        input: MAP,
        nodes: [
          ['Transpose', ['k'], 't', { perm: [0, 0, -4, -4] }, 'turn'],
          ['Conv', ['x', 't'], 'y'],
        ],
        constants: { k: floats([3, 3, 3, 3]) },
      },
      /node "turn" \(Transpose\) turns a constant \[3,3,3,3\] by \[0,0,-4,-4\]/,
    ],
    [
      'the least of no constants',
      {
        input: MAP,
        nodes: [
          ['Min', [], 'none', {}, 'least'],
          ['Add', ['x', 'none'], 'y'],
        ],
      },
      /node "least" \(Min\) its input 0 is missing/,
    ],
    [
      'constants joined of none',
      {
        input: MAP,
        nodes: [
          ['Concat', [], 'none', {}, 'empty'],
          ['Add', ['x', 'none'], 'y'],
        ],
      },
      /node "empty" \(Concat\) its input 0 is missing/,
    ],
    [
      'an input of free height',
      { input: ['n', 3, 'h', 6], nodes: relu },
      /its input "x" has the shape \[n, 3, h, 6\].*all but the batch fixed: export it so, or say the size/,
    ],
    [
      'an input that is no image',
      { input: [1, 3, 4], nodes: relu },
      /has the shape \[1, 3, 4\]; an image is/,
    ],
    [
      'an input of integers',
      { input: MAP, nodes: relu, inputType: DATA_TYPE.int64 },
      /"x" is not floating point/,
    ],
    [
      'outputs of different shapes',
      {
        input: MAP,
        nodes: [...relu, ['Sigmoid', ['x'], 'z']],
        outputs: ['y', 'z'],
        outputShapes: [
          [1, 3],
          [1, 4],
        ],
      },
      /has 2 outputs \(y, z\) of different shapes; say which one to read/,
    ],
    [
      'an operator set too old',
      { opset: 6, input: MAP, nodes: relu },
      /operator set 6; export it with one from 7 to 21/,
    ],
    [
      'weights that are no numbers',
      {
        input: MAP,
        nodes: [['Conv', ['x', 'layer.weight'], 'y']],
        constants: { 'layer.weight': floats([1, 3, 1, 1], [1, Number.NaN, 2]) },
      },
      /its weight "layer.weight" has the value NaN at 1/,
    ],
    [
      'a kernel that depends on the input',
      { input: MAP, nodes: [['Conv', ['x', 'x'], 'y']] },
      /node "Conv_0" \(Conv\) its kernel depends on the network's input/,
    ],
    [
      'a cropped map',
      {
        input: MAP,
        nodes: [['Slice', ['x', 's', 'e', 'a'], 'y']],
        constants: { s: [1], e: [5], a: [2] },
      },
      /\(Slice\) takes 4 of 6 from 1 by 1 along axis 2/,
    ],
    [
      'an approximated GELU',
      { opset: 20, input: MAP, nodes: [['Gelu', ['x'], 'y', { approximate: 'tanh' }]] },
      /approximates by tanh; only the exact GELU/,
    ],
    [
      'clipping to other bounds',
      { input: MAP, nodes: [['Clip', ['x', 'l'], 'y']], constants: { l: scalar(-1) } },
      /clips to -1…Infinity/,
    ],
    [
      'another hard sigmoid',
      { input: MAP, nodes: [['HardSigmoid', ['x'], 'y']] },
      /has alpha 0.2 and beta 0.5; only 1\/6 and 0.5/,
    ],
    [
      'normalization by the batch',
      {
        opset: 15,
        input: MAP,
        nodes: [['BatchNormalization', ['x', 'v', 'v', 'v', 'v'], 'y', { training_mode: 1 }]],
        constants: { v: floats([3]) },
      },
      /statistics of the batch; export the model in evaluation mode/,
    ],
    [
      'a product with what varies along the width',
      { input: MAP, nodes: [['Mul', ['x', 'c'], 'y']], constants: { c: floats([6]) } },
      /its constant "c" \[6\] does not fit|varies along the width/,
    ],
    [
      'attention over pixels',
      {
        input: MAP,
        nodes: [
          ['ReduceMean', ['x'], 'm', { axes: [1] }],
          ['Mul', ['x', 'm'], 'y'],
        ],
      },
      /takes the mean of .* over axes \[1\]; only that over height and width/,
    ],
    [
      'a reshape across the batch',
      { input: MAP, nodes: [['Reshape', ['x', 's'], 'y']], constants: { s: [-1, 9] } },
      /to \[12,9\], which mixes the batch with other axes/,
    ],
    [
      'a reshape that takes a map apart',
      { input: MAP, nodes: [['Reshape', ['x', 's'], 'y']], constants: { s: [1, 3, 12, 3] } },
      /splits an axis in a way|joins axes in a way/,
    ],
    [
      'linear resizing of operator set 10',
      {
        opset: 10,
        input: MAP,
        nodes: [['Resize', ['x', 's'], 'y', { mode: 'linear' }]],
        constants: { s: floats([4], [1, 1, 3, 3]) },
      },
      /resizes by linear with "asymmetric"/,
    ],
    [
      'an output of flattened pixels in another order',
      { input: MAP, nodes: [['Flatten', ['x'], 'y']] },
      /its output "y" is a flattened feature map/,
    ],
    ['nothing between input and output', { input: MAP, nodes: [['Identity', ['x'], 'y']] }, /has no layers/],
    [
      'an output that is constant',
      { input: MAP, nodes: [['Identity', ['c'], 'y']], constants: { c: floats([1, 2]) } },
      /its output "y" does not depend on its input/,
    ],
    [
      'a value that nothing gives',
      { input: MAP, nodes: [['Add', ['x', 'z'], 'y']] },
      /node "Add_0" \(Add\) reads "z", which nothing before it gives/,
    ],
    [
      'a convolution of other channels',
      { input: ['n', 4, 6, 6], nodes: [['Conv', ['x', 'k'], 'y']], constants: { k: kernel } },
      /has a kernel for 3 channels, its input has 4/,
    ],
  ]
  test.each(cases)('%s', (_, file, message) => {
    expect(() => readOnnx(tinyFile(file), { source: 'model.onnx' })).toThrow(InputError)
    expect(() => readOnnx(tinyFile(file), { source: 'model.onnx' })).toThrow(message)
    expect(() => readOnnx(tinyFile(file), { source: 'model.onnx' })).toThrow(/^model\.onnx: /)
  })

  test('a file that is not there', () => {
    expect(() => readOnnx('nowhere.onnx')).toThrow(/nowhere\.onnx: cannot be read \(there is no such file\)/)
  })
})

describe('what can be told apart is read', () => {
  test('of several outputs of one shape the first, of others the one that is asked for', () => {
    const nodes: TinyFile['nodes'] = [...relu, ['Sigmoid', ['x'], 'z']]
    const alike = { input: MAP, nodes, outputs: ['y', 'z'], outputShapes: [[1], [1]] }
    expect(readOnnx(tinyFile(alike)).layers).toMatchObject([{ function: 'relu' }])
    const unlike = tinyFile({ ...alike, outputShapes: [[1], [2]] })
    expect(readOnnx(unlike, { output: 'z' }).layers).toMatchObject([{ function: 'sigmoid' }])
    expect(() => readOnnx(unlike, { output: 'w' })).toThrow(/has no output "w"; it has y, z/)
  })

  test('a free height and width at the size that is said', () => {
    const file = tinyFile({ input: ['n', 3, 'h', 'w'], nodes: relu })
    expect(readOnnx(file, { size: [8, 9] }).input.shape).toEqual([8, 9, 3])
  })

  test('a log-softmax at the end as nothing, which is noted', () => {
    const notes: string[] = []
    const nodes: TinyFile['nodes'] = [
      ['Gemm', ['x', 'w'], 'a'],
      ['LogSoftmax', ['a'], 'y', {}, 'end'],
    ]
    const file = tinyFile({ input: ['n', 4], nodes, constants: { w: floats([4, 3]) } })
    const network = readOnnx(file, { source: 'm.onnx', note: text => notes.push(text) })
    expect(network.layers.map(({ type }) => type)).toEqual(['dense'])
    expect(notes).toEqual(['m.onnx: the log-softmax "end" at the end was left out: the network gives logits'])
  })

  test.each([
    [
      'float16',
      DATA_TYPE.float16,
      Uint8Array.of(0x00, 0x3c, 0x00, 0xc0, 0x55, 0x35, 0x01, 0x00),
      [1, -2, 0.333251953125, 2 ** -24],
    ],
    [
      'bfloat16',
      DATA_TYPE.bfloat16,
      Uint8Array.of(0x80, 0x3f, 0x00, 0xc0, 0xab, 0x3e, 0x00, 0x00),
      [1, -2, 0.333984375, 0],
    ],
    [
      'double',
      DATA_TYPE.double,
      new Uint8Array(Float64Array.of(1, -2, 0.1, 1e-3).buffer),
      [1, -2, Math.fround(0.1), Math.fround(1e-3)],
    ],
  ])('%s weights as float32', (_, dataType, rawData, values) => {
    const w: TensorProto = { name: '', dims: [4, 1], dataType, rawData }
    const network = readOnnx(
      tinyFile({ input: ['n', 4], nodes: [['Gemm', ['x', 'w'], 'y']], constants: { w } }),
    )
    expect(
      Array.from(
        network.weights['w/kernel']?.data ?? network.weights[`${network.layers[0]!.name}/kernel`]!.data,
      ),
    ).toEqual(values)
  })

  test('values in fields of their type', () => {
    const w: TensorProto = { name: '', dims: [2, 2], dataType: DATA_TYPE.float, floatData: [1, 2, 3, 4] }
    const h: TensorProto = { name: '', dims: [2], dataType: DATA_TYPE.float16, int32Data: [0x3c00, 0xc000] }
    const network = readOnnx(
      tinyFile({
        input: ['n', 2],
        nodes: [
          ['Cast', ['h'], 'b', { to: DATA_TYPE.float }],
          ['Gemm', ['x', 'w', 'b'], 'y'],
        ],
        constants: { w, h },
      }),
    )
    expect(Object.values(network.weights).map(({ data }) => [...data])).toEqual([
      [1, 2, 3, 4],
      [1, -2],
    ])
  })
})

describe('weights in a file beside the model', () => {
  const folder = temporaryFolder()
  const values = Float32Array.from({ length: 40 }, (_, i) => i - 20)
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(values.buffer))
  mkdirSync(join(folder, 'models/parts'), { recursive: true })
  writeFileSync(join(folder, 'models/parts/w.bin'), new Uint8Array(values.buffer))
  symlinkSync(join(folder, 'weights.bin'), join(folder, 'models/link.bin'))

  const external = (entries: Readonly<Record<string, string>>): TensorProto => ({
    name: '',
    dims: [4, 3],
    dataType: DATA_TYPE.float,
    dataLocation: 1,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  })
  const write = (entries: Readonly<Record<string, string>>) => {
    const file = join(folder, 'models/m.onnx')
    const nodes: TinyFile['nodes'] = [['Gemm', ['x', 'w'], 'y']]
    writeFileSync(file, tinyFile({ input: ['n', 4], nodes, constants: { w: external(entries) } }))
    return file
  }

  test('are read at their place', () => {
    const network = readOnnx(write({ location: 'parts/w.bin', offset: '8', length: '48' }))
    expect(Object.values(network.weights)[0]!.data).toEqual(values.slice(2, 14))
  })

  test.each([
    [{ location: '../weights.bin' }, /"\.\.\/weights\.bin": does not name a file in the model's folder/],
    [{ location: 'parts/../../weights.bin' }, /does not name a file in the model's folder/],
    [{ location: join(folder, 'weights.bin') }, /does not name a file in the model's folder/],
    [{ location: 'parts\\..\\..\\weights.bin' }, /does not name a file in the model's folder/],
    [{ location: 'link.bin' }, /leads out of the model's folder/],
    [{ location: 'missing.bin' }, /cannot be read \(ENOENT\)/],
    [{ location: 'parts' }, /"parts": cannot be read|truncated|bytes/],
    [
      { location: 'parts/w.bin', offset: '150', length: '48' },
      /bytes 150 to 198 are asked for, the file holds 160/,
    ],
    [{ location: 'parts/w.bin', offset: '-1' }, /has the offset "-1"/],
    [{ location: 'parts/w.bin', length: '44' }, /needs 48 bytes, got 44/],
    [{}, /it does not say where/],
  ])('are refused at %j', (entries, message) => {
    const file = write(entries as Record<string, string>)
    expect(() => readOnnx(file)).toThrow(InputError)
    expect(() => readOnnx(file)).toThrow(message)
  })

  test('need the model’s file', () => {
    const nodes: TinyFile['nodes'] = [['Gemm', ['x', 'w'], 'y']]
    const bytes = tinyFile({ input: ['n', 4], nodes, constants: { w: external({ location: 'w' }) } })
    expect(() => readOnnx(bytes)).toThrow(/read it by its file name, not from bytes/)
  })
})

/** A length-delimited field around bytes. */
function nested(field: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = []
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) | 0x80 : rest)
    if (rest < 128) break
  }
  const head = [(field << 3) | 2, ...length]
  const whole = new Uint8Array(head.length + bytes.length)
  whole.set(head)
  whole.set(bytes, head.length)
  return whole
}

describe('a damaged file is refused in little time and memory', () => {
  const whole = writeOnnx(initialize(resnet({ depth: 8 }), 1))

  test('cut anywhere', () => {
    const { metadataProps } = decodeModel(whole)
    // What follows the operator set is metadata, without which a model is whole.
    const metadata = encodeModel({ ...decodeModel(whole), metadataProps: [] }).length
    expect(metadataProps).toHaveLength(1)
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 400)) {
      if (length === metadata) continue
      expect(() => readOnnx(whole.subarray(0, length), { source: 'cut.onnx' })).toThrow(InputError)
    }
  })

  test('changed anywhere: read or refused, never anything else', () => {
    const small = tinyFile({
      input: MAP,
      nodes: [
        ['Conv', ['x', 'k'], 'a', { pads: [1, 1, 1, 1] }],
        ['Shape', ['a'], 's'],
        ['Slice', ['s', 'zero', 'one'], 'b'],
        ['Concat', ['b', 'minus'], 'shape', { axis: 0 }],
        ['ConstantOfShape', ['shape0'], 'z', { value: floats([1], [1]) }],
        ['Mul', ['a', 'z'], 'm'],
        ['Reshape', ['m', 'shape'], 'f'],
        ['Gemm', ['f', 'w'], 'y'],
      ],
      constants: {
        k: floats([2, 3, 3, 3]),
        zero: [0],
        one: [1],
        minus: [-1],
        shape0: [2, 1, 1],
        w: floats([72, 2]),
      },
    })
    const start = process.memoryUsage().rss
    for (let at = 0; at < small.length; at++)
      for (const change of [0x01, 0x80, 0xff]) {
        const bytes = small.slice()
        bytes[at]! ^= change
        try {
          readOnnx(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }
    expect(process.memoryUsage().rss - start).toBeLessThan(500e6)
  })

  test.each([
    ['nodes without end', [7, 1], /more than 262144 nodes, attributes and names/],
    ['attributes without end', [7, 1, 5], /more than 262144 nodes, attributes and names/],
    ['sizes without end', [7, 5, 1], /more than 4194304 integers/],
    ['strings without end', [7, 1, 1], /more than 262144 nodes, attributes and names/],
  ])('%s', (_, path, message) => {
    // A field in a field …, the innermost of which is repeated, empty, millions of times.
    let bytes = new Uint8Array(10e6)
    if (path.at(-1) === 1 && path[1] === 5) bytes = nested(path.at(-1)!, bytes.fill(1))
    else for (let at = 0; at < bytes.length; at += 2) bytes[at] = (path.at(-1)! << 3) | 2
    for (const field of path.slice(0, -1).reverse()) bytes = nested(field, bytes)
    expect(() => readOnnx(bytes)).toThrow(message)
  })

  test('weights that thousands of layers share', () => {
    const file = tinyFile({
      input: ['n', 64],
      nodes: Array.from(
        { length: 5000 },
        (_, i) =>
          [
            'MatMul',
            [i === 0 ? 'x' : `v${i}`, 'w'],
            i === 4999 ? 'y' : `v${i + 1}`,
          ] as TinyFile['nodes'][number],
      ),
      constants: { w: floats([64, 64]) },
    })
    expect(() => readOnnx(file)).toThrow(/asks for a weight \[64,64\], more than a file of this size may/)
  })

  test('a chain of thirty thousand layers, in seconds', { timeout: 30_000 }, () => {
    const length = 30_000
    const file = tinyFile({
      input: MAP,
      nodes: Array.from(
        { length },
        (_, i) =>
          [
            'Relu',
            [i === 0 ? 'x' : `v${i}`],
            i === length - 1 ? 'y' : `v${i + 1}`,
            {},
            'same',
          ] as TinyFile['nodes'][number],
      ),
    })
    const start = performance.now()
    expect(readOnnx(file).layers).toHaveLength(length)
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  const huge = 2 ** 40
  const bombs: readonly [string, TinyFile, RegExp][] = [
    [
      'a constant of a huge shape',
      {
        input: MAP,
        nodes: [
          ['ConstantOfShape', ['s'], 'c'],
          ['Add', ['x', 'c'], 'y'],
        ],
        constants: { s: [huge] },
      },
      /asks for a constant of shape \[1099511627776\], more than a file of this size may/,
    ],
    [
      'a constant that grows with every node',
      {
        input: MAP,
        nodes: [
          ...Array.from(
            { length: 40 },
            (_, i) => ['Concat', [`c${i}`, `c${i}`], `c${i + 1}`, { axis: 0 }] as TinyFile['nodes'][number],
          ),
          ['Add', ['x', 'c40'], 'y'],
        ],
        constants: { c0: floats([1000]) },
      },
      /asks for a constant/,
    ],
    [
      'an expanded scalar',
      {
        input: MAP,
        nodes: [
          ['Expand', ['c', 's'], 'e'],
          ['Add', ['x', 'e'], 'y'],
        ],
        constants: { c: scalar(1), s: [huge, huge] },
      },
      /asks for a constant|gives the shape/,
    ],
    [
      'an endless range',
      {
        input: MAP,
        nodes: [
          ['Range', ['a', 'b', 'c'], 'r'],
          ['Add', ['x', 'r'], 'y'],
        ],
        constants: { a: scalar(0), b: scalar(1), c: scalar(0) },
      },
      /gives the shape \[Infinity\]/,
    ],
    [
      'a tensor of a huge shape',
      {
        input: MAP,
        nodes: [['Add', ['x', 'c'], 'y']],
        constants: { c: { ...scalar(1), dims: [huge, huge] } },
      },
      /has the shape/,
    ],
    [
      'a tensor of too few values',
      { input: MAP, nodes: [['Add', ['x', 'c'], 'y']], constants: { c: { ...scalar(1), dims: [huge] } } },
      /needs \d+ bytes, got 4; the file is damaged/,
    ],
    ['a huge input', { input: ['n', 3, huge, huge], nodes: relu }, /has the shape \[n, 3, 1099511627776/],
    [
      'a huge number of channels',
      { input: ['n', 2 ** 30, 1, 1], nodes: [['Mul', ['x', 'c'], 'y']], constants: { c: scalar(2) } },
      /has 1073741824 channels, more than can be/,
    ],
    [
      'zero channels without end',
      { input: MAP, nodes: [['Pad', ['x', 'p'], 'y']], constants: { p: [0, huge, 0, 0, 0, 0, 0, 0] } },
      /more values than an image network has/,
    ],
    [
      'a map resized without end',
      {
        input: MAP,
        nodes: [['Resize', ['x', 'e', 'e', 's'], 'y', { mode: 'linear' }]],
        constants: { e: floats([0]), s: [1, 3, huge, 6] },
      },
      /resizes to 1099511627776 × 6/,
    ],
  ]
  test.each(bombs)('%s', (_, file, message) => {
    expect(() => readOnnx(tinyFile(file))).toThrow(InputError)
    expect(() => readOnnx(tinyFile(file))).toThrow(message)
  })
})

test('a model that was exported for one batch size takes any', async () => {
  const nodes: TinyFile['nodes'] = [
    ['GlobalAveragePool', ['x'], 'p'],
    ['Reshape', ['p', 's'], 'r'],
    ['Gemm', ['r', 'w'], 'y'],
  ]
  const file = tinyFile({ input: [3, 5, 4, 4], nodes, constants: { s: [3, 5], w: floats([5, 2]) } })
  const network = readOnnx(file)
  expect(await differenceToFile(file, network, { batch: 3 })).toBeLessThan(1e-5)
  const dims = decodeModel(writeOnnx(network)).graph.input[0]!.type.tensorType.shape.dim
  expect(dims[0]).toEqual({ dimParam: 'batch' })
})
