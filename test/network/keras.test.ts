import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as TensorFlow from '@tensorflow/tfjs-node'
import { describe, expect, test } from 'vitest'
import { predict, type Tensor, tf } from '../../src/engine/index.js'
import { InputError, NetworkError } from '../../src/errors.js'
import { count, type Network, readKeras } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { temporaryFolder } from '../data/temporary-folder.js'
import { largestDifference, normal, uniform } from '../engine/values.js'

type Model = TensorFlow.LayersModel
type Value = TensorFlow.SymbolicTensor
interface SavedLayer {
  class_name: string
  config: Record<string, unknown>
  inbound_nodes: unknown[]
}
/** What the tests change in a `model.json`. */
interface Saved {
  modelTopology: {
    class_name: string
    keras_version: string
    config: { layers: SavedLayer[] }
  }
  weightsManifest: [{ paths: string[]; weights: { name: string; shape: number[]; quantization?: object }[] }]
}
const { layers } = tf
const folder = temporaryFolder()
let saved = 0

/** Weights none of which is trivial, in every layer. */
function randomize(model: Model): Model {
  for (const weight of model.weights) {
    const spread = weight.originalName.endsWith('variance')
      ? uniform(weight.shape as number[], 0.5, 1.5)
      : undefined
    const seed = 1 + random(1, weight.originalName).integer(1e6)
    weight.write((spread ?? tf.mul(normal(weight.shape as number[], seed), 0.4)) as TensorFlow.Tensor)
  }
  return model
}

/** Saves the model with random weights in a folder of its own; gives its `model.json`. */
async function save(model: Model): Promise<string> {
  const path = join(folder, `${++saved}`)
  await randomize(model).save(`file://${path}`)
  return join(path, 'model.json')
}

/** Rewrites a `model.json`. */
function edit(file: string, change: (json: Saved) => void): string {
  const json = JSON.parse(readFileSync(file, 'utf8'))
  change(json)
  writeFileSync(file, JSON.stringify(json))
  return file
}

const run = (network: Network, x: Tensor): Tensor => {
  const weights = new Map(
    Object.entries(network.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  )
  return predict(network, x, name => weights.get(name)!)
}

/** Largest difference between the read network's outputs and the model's, relative to the largest above 1. */
function difference(model: Model, network: Network): number {
  const x = normal([3, ...(model.inputs[0]!.shape.slice(1) as number[])], 5)
  const ours = run(network, tf.reshape(x, [3, ...network.input.shape]))
  const theirs = model.predict(x) as Tensor
  expect(theirs.shape.filter(size => size !== 1)).toEqual(ours.shape.filter(size => size !== 1))
  const size = Math.max(1, ...theirs.dataSync().map(Math.abs))
  return largestDifference(ours.dataSync(), theirs.dataSync()) / size
}

const sequential = (...list: TensorFlow.layers.Layer[]) => tf.sequential({ layers: list })

/** A functional model over an input of `shape`. */
function functional(shape: number[], build: (input: Value) => Value, name = 'model'): Model {
  const inputs = tf.input({ shape })
  return tf.model({ inputs, outputs: build(inputs), name })
}
const on = (value: Value | Value[], layer: TensorFlow.layers.Layer) => layer.apply(value) as Value

function mobile(input: Value): Value {
  let x = on(input, layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', useBias: false }))
  for (const [filters, strides] of [
    [8, 1],
    [12, 2],
    [12, 1],
  ] as const) {
    const before = x
    x = on(x, layers.batchNormalization({}))
    x = on(x, layers.reLU({ maxValue: 6 }))
    x = on(x, layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }))
    x = on(x, layers.batchNormalization({ epsilon: 1e-5, center: false }))
    x = on(x, layers.activation({ activation: 'swish' }))
    x = on(x, layers.conv2d({ filters, kernelSize: 1 }))
    if (strides === 1) x = on([x, before], layers.add())
  }
  return on(on(x, layers.globalAveragePooling2d({})), layers.dense({ units: 5, activation: 'softmax' }))
}

function squeezed(input: Value): Value {
  const map = on(input, layers.conv2d({ filters: 8, kernelSize: 3 }))
  let scale = on(map, layers.globalAveragePooling2d({}))
  scale = on(scale, layers.reshape({ targetShape: [1, 1, 8] }))
  scale = on(scale, layers.conv2d({ filters: 2, kernelSize: 1, activation: 'relu' }))
  scale = on(scale, layers.conv2d({ filters: 8, kernelSize: 1, activation: 'hardSigmoid' }))
  let deeper = on(
    on(map, layers.globalAveragePooling2d({})),
    layers.dense({ units: 8, activation: 'sigmoid' }),
  )
  deeper = on(deeper, layers.reshape({ targetShape: [1, 1, 8] }))
  deeper = on(deeper, layers.conv2d({ filters: 8, kernelSize: 1 }))
  const joined = on(
    [on([map, scale], layers.multiply()), on([map, deeper], layers.multiply())],
    layers.concatenate(),
  )
  return on(on(joined, layers.dense({ units: 3, activation: 'relu' })), layers.flatten())
}

const cases: Record<string, () => Model> = {
  'layers of a plain chain': () =>
    sequential(
      layers.rescaling({ inputShape: [11, 14, 3], scale: 0.5, offset: -0.25 }),
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.3 }),
      layers.conv2d({ filters: 4, kernelSize: [1, 3], dilationRate: [1, 2], padding: 'same' }),
      layers.leakyReLU({ alpha: 0.1 }),
      layers.flatten(),
      layers.dense({ units: 7, activation: 'gelu' }),
      layers.layerNormalization({}),
      layers.dense({ units: 4, useBias: false }),
      layers.softmax({}),
    ),
  'uneven “same” padding of strided windows': () =>
    sequential(
      layers.conv2d({
        inputShape: [13, 16, 3],
        filters: 6,
        kernelSize: [5, 4],
        strides: [2, 3],
        padding: 'same',
      }),
      layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu6' }),
      layers.globalMaxPooling2d({}),
    ),
  'depthwise convolutions with a multiplier': () =>
    sequential(
      layers.depthwiseConv2d({
        inputShape: [8, 8, 3],
        kernelSize: 3,
        depthMultiplier: 2,
        activation: 'relu',
      }),
      layers.separableConv2d({ filters: 4, kernelSize: 3, useBias: false }),
      layers.upSampling2d({ size: [2, 3] }),
      layers.averagePooling2d({ poolSize: [2, 3], strides: [1, 2] }),
      layers.globalAveragePooling2d({}),
    ),
  'a MobileNet': () => functional([19, 19, 3], mobile),
  'squeeze and excitation': () => functional([9, 9, 3], squeezed),
  'a model on another': () =>
    sequential(
      functional([12, 12, 3], mobile, 'features') as unknown as TensorFlow.layers.Layer,
      layers.dense({ units: 3 }),
    ),
  'models inside a model': () =>
    functional([6, 6, 3], input => {
      const inner = functional([6, 6, 3], x =>
        on(
          on(x, layers.conv2d({ name: 'inner_conv', filters: 3, kernelSize: 3, padding: 'same' })),
          layers.reLU(),
        ),
      )
      const last = sequential(
        layers.globalAveragePooling2d({ inputShape: [6, 6, 3] }),
        layers.dense({ units: 2 }),
      )
      const sum = on([inner.apply(input) as Value, input], layers.add())
      return last.apply(sum) as Value
    }),
  'an input that is reshaped to a map': () =>
    sequential(
      layers.reshape({ inputShape: [28, 28], targetShape: [28, 28, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 5, strides: 4 }),
      layers.reshape({ targetShape: [144] }),
      layers.dense({ units: 10 }),
    ),
}

describe('a model saved by TensorFlow.js gives the same logits after reading:', () => {
  test.each(Object.entries(cases))('%s', async (_, build) => {
    const model = build()
    expect(difference(model, readKeras(await save(model)))).toBeLessThan(1e-4)
  })

  test.each(['relu', 'relu6', 'sigmoid', 'hardSigmoid', 'swish', 'gelu', 'linear', 'softmax'] as const)(
    'the activation %s, inside a layer and alone',
    async activation => {
      const model = sequential(
        layers.dense({ inputShape: [6], units: 8, activation }),
        layers.dense({ units: 8 }),
        layers.activation({ activation }),
      )
      expect(difference(model, readKeras(await save(model)))).toBeLessThan(1e-4)
    },
  )
})

const small = () =>
  sequential(
    layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, name: 'conv' }),
    layers.batchNormalization({ name: 'norm' }),
    layers.globalAveragePooling2d({ name: 'mean' }),
    layers.dense({ units: 4, name: 'fc' }),
  )

describe('a read network', () => {
  test('has the names, structure and counts of its model', async () => {
    const model = small()
    const network = readKeras(await save(model))
    expect(network.input).toEqual({ name: 'input', shape: [6, 6, 2] })
    expect(network.layers.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'conv: conv',
      'norm: batchNorm',
      'mean: globalAveragePool',
      'fc: dense',
    ])
    expect(network.layers[1]).toMatchObject({ epsilon: 1e-3, momentum: 0.99 })
    const { macs, params, batchNormParams } = count(network)
    expect(macs).toBe(4 * 4 * 3 * 3 * 3 * 2 + 3 * 4)
    expect(params + batchNormParams).toBe(model.countParams() - 2 * 3)
  })

  test('may have an input whose size is given while reading', async () => {
    const model = sequential(
      layers.conv2d({
        inputShape: [null as unknown as number, null as unknown as number, 2],
        filters: 3,
        kernelSize: 3,
      }),
      layers.globalAveragePooling2d({}),
    )
    const file = await save(model)
    expect(() => readKeras(file)).toThrow(/the size of its input is open \(\[\?, \?, 2\]\); give it/)
    expect(readKeras(file, { size: [7, 9] }).input.shape).toEqual([7, 9, 2])
  })

  test('is the same from several shards and from the form that the Keras converter writes', async () => {
    const file = await save(small())
    const expected = readKeras(file)
    const bytes = readFileSync(join(dirname(file), 'weights.bin'))
    for (const [name, part] of [
      ['a.bin', bytes.subarray(0, 101)],
      ['b.bin', bytes.subarray(101)],
    ] as const)
      writeFileSync(join(dirname(file), name), part)
    edit(file, json => {
      json.weightsManifest[0].paths = ['a.bin', 'b.bin']
      const { class_name, config } = json.modelTopology
      const converted = {
        keras_version: '2.15.0',
        backend: 'tensorflow',
        model_config: { class_name, config },
      }
      Object.assign(json, { modelTopology: converted })
      for (const weight of json.weightsManifest[0].weights) weight.name = `small/${weight.name}`
    })
    expect(readKeras(file)).toEqual(expected)
  })

  test('is the same from the connections that Keras 3 writes', async () => {
    const file = await save(functional([19, 19, 3], mobile))
    const expected = readKeras(file)
    edit(file, json => {
      for (const layer of json.modelTopology.config.layers) {
        const { batch_input_shape: batch_shape, ...config } = layer.config
        layer.config = batch_shape ? { ...config, batch_shape } : config
        const [calls = []] = layer.inbound_nodes as unknown[][][]
        const tensors = calls.map(call => ({
          class_name: '__keras_tensor__',
          config: { shape: [null], dtype: 'float32', keras_history: call.slice(0, 3) },
        }))
        layer.inbound_nodes =
          tensors.length > 0 ? [{ args: tensors.length > 1 ? [tensors] : tensors, kwargs: {} }] : []
      }
    })
    expect(readKeras(file)).toEqual(expected)
  })

  test('is the same where a reshape leaves a size open', async () => {
    const file = await save(cases['an input that is reshaped to a map']!())
    const expected = readKeras(file)
    edit(file, json => {
      const [first, , second] = json.modelTopology.config.layers
      first!.config['target_shape'] = [28, -1, 1]
      second!.config['target_shape'] = [-1]
    })
    expect(readKeras(file)).toEqual(expected)
  })

  test('takes Keras 3’s hard sigmoid for what it is', async () => {
    const file = await save(
      sequential(layers.dense({ inputShape: [6], units: 8, activation: 'hardSigmoid' })),
    )
    expect(readKeras(file).layers.map(({ type }) => type)).toEqual(['dense', 'scale', 'activation'])
    edit(file, json => {
      json.modelTopology.keras_version = '3.4.1'
    })
    expect(readKeras(file).layers.map(({ type }) => type)).toEqual(['dense', 'activation'])
  })

  test('normalizes by statistics in the settings', async () => {
    const model = sequential(layers.rescaling({ inputShape: [2, 2, 2], scale: 1 }), layers.flatten())
    const file = edit(await save(model), json => {
      const layer = json.modelTopology.config.layers[0]!
      layer.class_name = 'Normalization'
      layer.config = { ...layer.config, axis: [-1], mean: [[[[3, 4]]]], variance: [[[[4, 0]]]] }
    })
    const [a, b] = run(readKeras(file), tf.tensor([5, 4, 1, 4, 3, 4, 3, 4], [1, 2, 2, 2])).dataSync()
    expect([a, b]).toEqual([1, 0])
  })

  test.each([
    ['uint8', 1],
    ['uint16', 2],
    ['float16', 2],
  ] as const)('has the values that %s stands for', async (dtype, bytes) => {
    const file = await save(small())
    edit(file, json => {
      const [group] = json.weightsManifest
      const values = group.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
      const stream = random(1, dtype)
      // Positive halves between 2⁻⁷ and 2⁻³, and some subnormal ones.
      const half = () =>
        stream.uniform() < 0.1 ? stream.integer(1024) : ((8 + stream.integer(4)) << 10) + stream.integer(1024)
      const draw = dtype === 'float16' ? half : () => stream.integer(2 ** (8 * bytes))
      const quantized = bytes === 1 ? new Uint8Array(values) : new Uint16Array(values)
      writeFileSync(join(dirname(file), 'weights.bin'), new Uint8Array(quantized.map(draw).buffer))
      for (const weight of group.weights)
        weight.quantization =
          dtype === 'float16'
            ? { dtype }
            : { dtype, min: 0.01, scale: 0.9 / 256 ** bytes, original_dtype: 'float32' }
    })
    const model = await tf.loadLayersModel(`file://${file}`)
    expect(difference(model, readKeras(file))).toBeLessThan(1e-5)
  })
})

describe('reading says what is wrong:', () => {
  const broken = async (change: (json: Saved, folder: string) => void, model = small()) => {
    const file = await save(model)
    return edit(file, json => change(json, dirname(file)))
  }
  const message = (file: string): string => {
    try {
      readKeras(file)
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as Error).message).toContain(`${file}: `)
      return (error as Error).message.replace(`${file}: `, '')
    }
    throw new Error('it was read')
  }

  test('all layers that cannot be read, at once', async () => {
    const model = sequential(
      layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, activation: 'tanh', name: 'first' }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, name: 'second' }),
      layers.reLU({ maxValue: 1, name: 'third' }),
      layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear', name: 'fourth' }),
      layers.globalAveragePooling2d({}),
    )
    expect(message(await save(model)).split('\n')).toEqual([
      '4 of its layers cannot be read:',
      '  layer "first" (Conv2D) has the activation "tanh"',
      '  layer "second" (Conv2DTranspose) is a layer that Tandem does not know',
      '  layer "third" (ReLU) is set to max_value 1',
      '  layer "fourth" (UpSampling2D) is bilinear as tfjs computes it, without centring pixels; use nearest',
    ])
  })

  test('channels first', async () => {
    const file = await broken(json => {
      json.modelTopology.config.layers[0]!.config.data_format = 'channels_first'
    })
    expect(message(file)).toMatch(
      /layer "conv" \(Conv2D\) is channels_first; save the model as channels_last/,
    )
  })

  test('truncated weights and weights too many', async () => {
    const resized = (change: (bytes: Uint8Array) => Uint8Array) =>
      broken((_, path) => {
        const bin = join(path, 'weights.bin')
        writeFileSync(bin, change(readFileSync(bin)))
      })
    expect(message(await resized(bytes => bytes.subarray(0, -4)))).toMatch(
      /weights.bin: the manifest describes 340 bytes of weights, the file holds 336; it is truncated/,
    )
    expect(message(await resized(bytes => Buffer.concat([bytes, bytes])))).toMatch(
      /it belongs to another model/,
    )
  })

  test('a weight of another shape, a missing one, one that is no number', async () => {
    const weightsOf = (json: Saved) => json.weightsManifest[0].weights
    const reshaped = await broken(json => {
      weightsOf(json)[0]!.shape = [3, 3, 3, 2]
    })
    expect(message(reshaped)).toBe(
      'layer "conv" (Conv2D): its weight "conv/kernel" has shape [3,3,3,2], expected [3,3,2,3]',
    )
    const renamed = await broken(json => {
      weightsOf(json)[1]!.name = 'conv/offset'
    })
    expect(message(renamed)).toBe('layer "conv" (Conv2D): its weight "bias" is not in the manifest')
    const infinite = await broken((_, path) => {
      const bin = join(path, 'weights.bin')
      const bytes = readFileSync(bin)
      bytes.writeFloatLE(Number.NaN, 8)
      writeFileSync(bin, bytes)
    })
    expect(message(infinite)).toMatch(/its weight "conv\/kernel" holds values that are no numbers/)
  })

  test('weights that lie outside the model’s folder', async () => {
    const secret = join(folder, 'secret.bin')
    writeFileSync(secret, new Uint8Array(340))
    const at = (shard: string) =>
      broken(json => {
        json.weightsManifest[0].paths = [shard]
      })
    for (const path of ['../secret.bin', secret, '..\\secret.bin', 'a/../../secret.bin'])
      expect(message(await at(path))).toMatch(/does not name a file in the model's folder/)
    const linked = await broken((json, path) => {
      symlinkSync(secret, join(path, 'link.bin'))
      json.weightsManifest[0].paths = ['link.bin']
    })
    expect(message(linked)).toMatch(/leads out of the model's folder/)
    expect(message(await at('none.bin'))).toMatch(/none.bin.*cannot be read \(ENOENT\)/)
  })

  test('two outputs, and a layer that is called twice', async () => {
    const x = tf.input({ shape: [4] })
    const shared = layers.dense({ units: 4, name: 'shared' })
    const twice = on(on(x, shared), shared)
    expect(message(await save(tf.model({ inputs: x, outputs: twice })))).toMatch(
      /layer "shared" is called 2 times/,
    )
    const one = on(x, layers.dense({ units: 4 }))
    const two = on(x, layers.dense({ units: 4 }))
    expect(message(await save(tf.model({ inputs: x, outputs: [one, two] })))).toMatch(
      /the model has 2 outputs/,
    )
  })

  test('a reshape that mixes pixels and channels', async () => {
    const model = sequential(
      layers.conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3 }),
      layers.reshape({ targetShape: [8, 8, 1], name: 'mix' }),
      layers.globalAveragePooling2d({}),
    )
    const file = await save(model)
    expect(() => readKeras(file)).toThrow(NetworkError)
    expect(message(file)).toMatch(/layer "mix" \(Reshape\): reshapes \[4,4,4\] to \[8,8,1\]/)
  })

  test('a file that is missing, no JSON, or something else', () => {
    const path = join(folder, 'others')
    mkdirSync(path)
    const written = (text: string) => {
      const file = join(path, 'model.json')
      writeFileSync(file, text)
      return file
    }
    expect(message(join(path, 'none.json'))).toBe('cannot be read (ENOENT)')
    expect(message(written('{"modelTopology"'))).toMatch(/^is not JSON/)
    expect(message(written('[1, 2]'))).toMatch(/^is no layers model that can be read/)
    expect(message(written('{"format": "graph-model", "modelTopology": {}}'))).toMatch(/^is a graph model/)
    const nested = { class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config: null }] } }
    expect(message(written(JSON.stringify({ modelTopology: nested })))).toBe('a Dense layer has no name')
  })
})
