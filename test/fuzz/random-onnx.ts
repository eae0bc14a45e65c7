import type { AttributeProto, NodeProto, TensorProto } from '../../src/network/formats/onnx/schema.js'
import { ATTRIBUTE_TYPE, DATA_TYPE, encodeModel } from '../../src/network/formats/onnx/schema.js'
import type { RandomStream } from '../../src/random.js'

const OPERATORS = [
  ...[
    'Abs',
    'Add',
    'AveragePool',
    'BatchNormalization',
    'Cast',
    'Ceil',
    'Clip',
    'Concat',
    'Constant',
    'ConstantOfShape',
  ],
  ...[
    'Conv',
    'DepthToSpace',
    'DequantizeLinear',
    'Div',
    'Dropout',
    'Equal',
    'Erf',
    'Exp',
    'Expand',
    'Flatten',
    'Floor',
  ],
  ...['Gather', 'Gelu', 'Gemm', 'GlobalAveragePool', 'GlobalMaxPool', 'HardSigmoid', 'HardSwish', 'Identity'],
  ...[
    'LayerNormalization',
    'LeakyRelu',
    'LogSoftmax',
    'MatMul',
    'Max',
    'MaxPool',
    'Min',
    'Mul',
    'Neg',
    'Pad',
    'Pow',
  ],
  ...[
    'QuantizeLinear',
    'Range',
    'Reciprocal',
    'ReduceMean',
    'ReduceProd',
    'ReduceSum',
    'Relu',
    'Reshape',
    'Resize',
  ],
  ...[
    'Round',
    'Shape',
    'Sigmoid',
    'Sign',
    'Size',
    'Slice',
    'Softmax',
    'Split',
    'Sqrt',
    'Squeeze',
    'Sub',
    'Sum',
    'Tile',
  ],
  ...['Transpose', 'Unsqueeze', 'Upsample', 'Where'],
]

const ATTRIBUTES: Readonly<Record<string, 'int' | 'ints' | 'float' | 'tensor' | readonly string[]>> = {
  ...{
    allowzero: 'int',
    antialias: 'int',
    axis: 'int',
    ceil_mode: 'int',
    count_include_pad: 'int',
    end: 'int',
  },
  ...{ group: 'int', keepdims: 'int', spatial: 'int', start: 'int', to: 'int', transA: 'int', transB: 'int' },
  ...{ alpha: 'float', beta: 'float', epsilon: 'float', momentum: 'float', ratio: 'float' },
  ...{ axes: 'ints', dilations: 'ints', ends: 'ints', kernel_shape: 'ints', pads: 'ints', perm: 'ints' },
  ...{ split: 'ints', starts: 'ints', strides: 'ints', value_ints: 'ints', value: 'tensor' },
  auto_pad: ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID', 'ODD'],
  mode: ['nearest', 'linear', 'cubic', 'constant', 'reflect', 'DCR', 'CRD'],
  coordinate_transformation_mode: ['half_pixel', 'asymmetric', 'align_corners', 'tf_crop_and_resize'],
}

/** Numbers as shapes, axes and amounts have them, and now and then none that they should have. */
function whole(stream: RandomStream): number {
  const usual = stream.integer(6)
  return stream.uniform() < 0.85 ? usual - 1 : [2 ** 31, -(2 ** 31), 2 ** 60, -9, 4096, 65536][usual]!
}

/** A graph in which nearly everything is allowed by the format, and little makes sense. */
export function randomOnnx(stream: RandomStream): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[stream.integer(list.length)]!
  const some = (most: number) => Array.from({ length: stream.integer(most + 1) }, () => whole(stream))

  const tensor = (name: string): TensorProto => {
    const dims = Array.from({ length: stream.integer(5) }, () => 1 + stream.integer(4))
    const length = dims.reduce((product, size) => product * size, 1)
    if (stream.uniform() < 0.5) {
      const data = Float32Array.from({ length }, () => pick([0, 1, 3, 6, 0.5, -1, stream.normal()]))
      return { name, dims, dataType: DATA_TYPE.float, rawData: new Uint8Array(data.buffer) }
    }
    return { name, dims, dataType: DATA_TYPE.int64, int64Data: Array.from({ length }, () => whole(stream)) }
  }

  const attribute = (name: string): AttributeProto => {
    const kind = ATTRIBUTES[name]!
    if (kind === 'int') return { name, type: ATTRIBUTE_TYPE.int, i: whole(stream) }
    if (kind === 'ints') return { name, type: ATTRIBUTE_TYPE.ints, ints: some(6) }
    if (kind === 'float')
      return { name, type: ATTRIBUTE_TYPE.float, f: pick([0, 1, 0.2, 1e-5, -1, Number.NaN]) }
    if (kind === 'tensor') return { name, type: ATTRIBUTE_TYPE.tensor, t: tensor('') }
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(pick(kind)) }
  }

  const initializer = Array.from({ length: 2 + stream.integer(6) }, (_, i) => tensor(`c${i}`))
  // Of signals the newest are read most, so that graphs grow deep.
  const known = ['x', ...initializer.map(({ name }) => name)]
  const node = Array.from({ length: 1 + stream.integer(10) }, (_, i): NodeProto => {
    const recent = () => (stream.uniform() < 0.6 ? known.at(-1)! : stream.uniform() < 0.1 ? '' : pick(known))
    const input = i === 0 ? ['x', pick(known)] : Array.from({ length: 1 + stream.integer(4) }, recent)
    const output = [`n${i}`, ...(stream.uniform() < 0.1 ? [`n${i}b`] : [])]
    known.push(...output.toReversed())
    const names = Array.from({ length: stream.integer(5) }, () => pick(Object.keys(ATTRIBUTES)))
    return {
      name: `n${i}`,
      opType: pick(OPERATORS),
      input,
      output,
      attribute: [...new Set(names)].map(attribute),
    }
  })
  const value = (name: string, dims: readonly number[]) => ({
    name,
    type: { tensorType: { elemType: DATA_TYPE.float, shape: { dim: dims.map(dimValue => ({ dimValue })) } } },
  })
  return encodeModel({
    irVersion: 8,
    producerName: stream.uniform() < 0.2 ? 'tandem' : 'fuzz',
    opsetImport: [{ version: pick([7, 9, 11, 13, 17, 18, 21]) }],
    metadataProps: [],
    graph: {
      name: 'random',
      node,
      initializer,
      input: [
        value(
          'x',
          pick([
            [1, 3, 8, 8],
            [2, 4, 4, 4],
            [1, 6],
            [0, 1, 5, 7],
          ]),
        ),
      ],
      output: [value(node.at(-1)!.output[0]!, [])],
    },
  })
}
