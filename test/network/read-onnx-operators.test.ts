import { describe, expect, test } from 'vitest'
import { type Layer, readOnnx } from '../../src/network/index.js'
import {
  differenceToFile,
  floats,
  integers,
  scalar,
  type TinyFile,
  type TinyNode,
  tinyFile,
} from './onnx-file.js'

/** What a file of some nodes is read as: its layers' types, and for activations what they are. */
type Case = readonly [name: string, file: TinyFile, layers: string]

const MAP = ['n', 6, 7, 8] as const
const kernel = (filters: number, depth: number, height = 3, width = height) =>
  floats([filters, depth, height, width], x => x / Math.sqrt(depth * height * width))
const conv = (from: string, to: string, attributes: TinyNode[3] = {}): TinyNode => [
  'Conv',
  [from, 'k'],
  to,
  attributes,
]
const same = { pads: [1, 1, 1, 1] }

const convolutions: readonly Case[] = [
  [
    'a convolution with a bias, stride, dilation and unequal padding',
    {
      input: MAP,
      nodes: [['Conv', ['x', 'k', 'b'], 'y', { strides: [2, 1], dilations: [1, 2], pads: [0, 1, 2, 3] }]],
      constants: { k: kernel(4, 6), b: floats([4]) },
    },
    'conv',
  ],
  [
    'a grouped convolution',
    { input: MAP, nodes: [conv('x', 'y', { group: 3, ...same })], constants: { k: kernel(9, 2) } },
    'conv',
  ],
  [
    'a depthwise convolution of two filters a channel',
    { input: MAP, nodes: [conv('x', 'y', { group: 6 })], constants: { k: kernel(12, 1, 3, 5) } },
    'conv',
  ],
  ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].map(
    (mode): Case => [
      `a strided convolution with auto_pad ${mode}`,
      {
        input: MAP,
        nodes: [conv('x', 'y', { auto_pad: mode, strides: [2, 3] })],
        constants: { k: kernel(4, 6, 4, 3) },
      },
      'conv',
    ],
  ),
  [
    'what is added to a convolution, as its bias',
    {
      input: MAP,
      nodes: [conv('x', 'c'), ['Add', ['b', 'c'], 'y']],
      constants: { k: kernel(4, 6), b: floats([4, 1, 1]) },
    },
    'conv',
  ],
  [
    'convolutions that share a kernel',
    {
      input: MAP,
      nodes: [conv('x', 'a', same), conv('a', 'y', same)],
      constants: { k: kernel(6, 6) },
    },
    'conv conv',
  ],
]

/** Layer normalization as exporters without an operator for it have it. */
function takenApart(from: string, to: string, over: TinyNode[3]): TinyNode[] {
  return [
    ['ReduceMean', [from], 'mean', over],
    ['Sub', [from, 'mean'], 'd'],
    ['Pow', ['d', 'two'], 'q'],
    ['ReduceMean', ['q'], 'var', over],
    ['Add', ['var', 'eps'], 'sum'],
    ['Sqrt', ['sum'], 'root'],
    ['Div', ['d', 'root'], 'norm'],
    ['Mul', ['norm', 'g'], 'scaled'],
    ['Add', ['scaled', 'b'], to],
  ]
}

const normalizations: readonly Case[] = [
  [
    'batch normalization, of operator set 9 too',
    {
      opset: 9,
      input: MAP,
      nodes: [['BatchNormalization', ['x', 'g', 'b', 'm', 'v'], 'y', { epsilon: { float: 1e-3 } }]],
      constants: { g: floats([6]), b: floats([6]), m: floats([6]), v: floats([6], x => 1 + x * x) },
    },
    'batchNorm',
  ],
  [
    'batch normalization taken apart into a product and a sum',
    {
      input: MAP,
      nodes: [
        ['Sub', ['x', 'm'], 'a'],
        ['Mul', ['a', 'g'], 'b'],
        ['Add', ['b', 's'], 'y'],
      ],
      constants: { m: floats([1, 6, 1, 1]), g: floats([6, 1, 1]), s: floats([6, 1, 1]) },
    },
    'scale',
  ],
  [
    'layer normalization between transposes',
    {
      input: MAP,
      nodes: [
        ['Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }],
        ['LayerNormalization', ['t', 'g', 'b'], 'l', { epsilon: { float: 1e-6 } }],
        ['Transpose', ['l'], 'y', { perm: [0, 3, 1, 2] }],
      ],
      constants: { g: floats([6]), b: floats([6]) },
    },
    'layerNorm',
  ],
  [
    'layer normalization taken apart, channels last',
    {
      opset: 13,
      input: MAP,
      nodes: [
        ['Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }],
        ...takenApart('t', 'l', { axes: [-1] }),
        ['Transpose', ['l'], 'y', { perm: [0, 3, 1, 2] }],
      ],
      constants: { two: scalar(2), eps: scalar(1e-6), g: floats([6]), b: floats([6]) },
    },
    'layerNorm',
  ],
  [
    'layer normalization taken apart, channels first',
    {
      opset: 13,
      input: MAP,
      nodes: takenApart('x', 'y', { axes: [1] }),
      constants: { two: scalar(2), eps: scalar(1e-6), g: floats([6, 1, 1]), b: floats([6, 1, 1]) },
    },
    'layerNorm',
  ],
]

const activations: readonly Case[] = [
  ['ReLU', { input: MAP, nodes: [['Relu', ['x'], 'y']] }, 'relu'],
  ['leaky ReLU', { input: MAP, nodes: [['LeakyRelu', ['x'], 'y', { alpha: { float: 0.2 } }]] }, 'leakyRelu'],
  ['sigmoid', { input: MAP, nodes: [['Sigmoid', ['x'], 'y']] }, 'sigmoid'],
  ['hard swish', { input: MAP, nodes: [['HardSwish', ['x'], 'y']] }, 'hardSwish'],
  [
    'hard sigmoid',
    { input: MAP, nodes: [['HardSigmoid', ['x'], 'y', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }]] },
    'hardSigmoid',
  ],
  [
    'clipping by attributes',
    { opset: 10, input: MAP, nodes: [['Clip', ['x'], 'y', { min: { float: 0 }, max: { float: 6 } }]] },
    'relu6',
  ],
  [
    'clipping by inputs',
    { input: MAP, nodes: [['Clip', ['x', 'l', 'h'], 'y']], constants: { l: scalar(0), h: scalar(6) } },
    'relu6',
  ],
  [
    'clipping from 0 on',
    { input: MAP, nodes: [['Clip', ['x', 'l'], 'y']], constants: { l: scalar(0) } },
    'relu',
  ],
  [
    'ReLU with an upper bound',
    {
      input: MAP,
      nodes: [
        ['Relu', ['x'], 'r'],
        ['Min', ['h', 'r'], 'y'],
      ],
      constants: { h: scalar(6) },
    },
    'relu6',
  ],
  [
    'SiLU',
    {
      input: MAP,
      nodes: [
        ['Sigmoid', ['x'], 's'],
        ['Mul', ['x', 's'], 'y'],
      ],
    },
    'silu',
  ],
  [
    'hard swish as a gate',
    {
      input: MAP,
      nodes: [
        ['HardSigmoid', ['x'], 's', { alpha: { float: 1 / 6 } }],
        ['Mul', ['s', 'x'], 'y'],
      ],
    },
    'hardSwish',
  ],
  [
    'hard sigmoid taken apart',
    {
      input: MAP,
      nodes: [
        ['Add', ['x', 'three'], 'a'],
        ['Clip', ['a', 'zero', 'six'], 'b'],
        ['Div', ['b', 'six'], 'y'],
      ],
      constants: { three: scalar(3), zero: scalar(0), six: scalar(6) },
    },
    'hardSigmoid',
  ],
  [
    'hard swish taken apart, after a convolution',
    {
      input: MAP,
      nodes: [
        ['Conv', ['x', 'k'], 'c'],
        ['Add', ['c', 'three'], 'a'],
        ['Clip', ['a', 'zero', 'six'], 'b'],
        ['Mul', ['c', 'b'], 'p'],
        ['Div', ['p', 'six'], 'y'],
      ],
      constants: { k: kernel(4, 6), three: scalar(3), zero: scalar(0), six: scalar(6) },
    },
    'conv hardSwish',
  ],
  ['GELU', { opset: 20, input: MAP, nodes: [['Gelu', ['x'], 'y']] }, 'gelu'],
  ...(
    [
      [
        'as PyTorch does',
        [
          ['Div', ['x', 'root'], 'a'],
          ['Mul', ['x', 'raised'], 'p'],
          ['Mul', ['p', 'half'], 'y'],
        ],
      ],
      [
        'with the half first',
        [
          ['Mul', ['x', 'inverse'], 'a'],
          ['Mul', ['half', 'x'], 'h'],
          ['Mul', ['h', 'raised'], 'y'],
        ],
      ],
      [
        'with the half in the middle',
        [
          ['Mul', ['inverse', 'x'], 'a'],
          ['Mul', ['raised', 'half'], 'p'],
          ['Mul', ['p', 'x'], 'y'],
        ],
      ],
    ] as const
  ).map(
    ([how, [first, ...rest]]): Case => [
      `GELU taken apart ${how}`,
      {
        input: MAP,
        nodes: [first, ['Erf', ['a'], 'e'], ['Add', ['e', 'one'], 'raised'], ...rest] as TinyNode[],
        constants: {
          root: scalar(Math.SQRT2),
          inverse: scalar(Math.SQRT1_2),
          one: scalar(1),
          half: scalar(0.5),
        },
      },
      'gelu',
    ],
  ),
]

const arithmetic: readonly Case[] = [
  [
    'normalized images',
    {
      input: ['n', 3, 6, 5],
      nodes: [
        ['Div', ['x', 'range'], 'a'],
        ['Sub', ['a', 'mean'], 'b'],
        ['Div', ['b', 'std'], 'y'],
      ],
      constants: {
        range: scalar(255),
        mean: floats([1, 3, 1, 1], [0.485, 0.456, 0.406]),
        std: floats([3, 1, 1], [0.229, 0.224, 0.225]),
      },
    },
    'scale',
  ],
  [
    '1 − x and −x',
    {
      input: MAP,
      nodes: [
        ['Sub', ['one', 'x'], 'a'],
        ['Neg', ['a'], 'y'],
      ],
      constants: { one: scalar(1) },
    },
    'scale',
  ],
  [
    'what changes nothing, not at all',
    {
      input: MAP,
      nodes: [
        ['Mul', ['x', 'one'], 'a'],
        ['Add', ['a', 'zero'], 'b'],
        ['Identity', ['b'], 'c'],
        ['Dropout', ['c'], 'd', { ratio: { float: 0 } }],
        ['Relu', ['d'], 'y'],
      ],
      opset: 10,
      constants: { one: scalar(1), zero: scalar(0) },
    },
    'relu',
  ],
  [
    'a sum of three',
    {
      input: MAP,
      nodes: [
        ['Relu', ['x'], 'r'],
        ['Sum', ['x', 'r', 'x'], 'y'],
      ],
    },
    'relu add',
  ],
  [
    'squeeze and excitation by dense layers',
    {
      input: MAP,
      nodes: [
        ['GlobalAveragePool', ['x'], 'p'],
        ['Flatten', ['p'], 'f'],
        ['Gemm', ['f', 'w'], 'd'],
        ['Sigmoid', ['d'], 's'],
        ['Unsqueeze', ['s', 'axes'], 'u'],
        ['Mul', ['u', 'x'], 'y'],
      ],
      constants: { w: floats([6, 6]), axes: [2, 3] },
    },
    'globalAveragePool dense sigmoid multiply',
  ],
  [
    'squeeze and excitation by convolutions of a vector',
    {
      input: MAP,
      nodes: [
        ['ReduceMean', ['x'], 'p', { axes: [2, 3], keepdims: 0 }],
        ['Reshape', ['p', 'shape'], 'r'],
        ['Conv', ['r', 'k', 'b'], 'c'],
        ['HardSigmoid', ['c'], 's', { alpha: { float: 1 / 6 } }],
        ['Mul', ['x', 's'], 'y'],
      ],
      constants: { shape: [-1, 6, 1, 1], k: kernel(6, 6, 1), b: floats([6]) },
    },
    'globalAveragePool dense hardSigmoid multiply',
  ],
]

const channels: readonly Case[] = [
  ...(
    [
      [11, { split: [2, 4], axis: 1 }, ['x']],
      [13, { axis: 1 }, ['x', 'sizes']],
      [18, { axis: 1, num_outputs: 2 }, ['x']],
    ] as const
  ).map(
    ([opset, attributes, inputs]): Case => [
      `a split in two, of operator set ${opset}`,
      {
        opset,
        input: MAP,
        nodes: [
          ['Split', inputs, ['a', 'b'], attributes],
          ['Relu', ['b'], 'c'],
          ['Concat', ['c', 'a'], 'y', { axis: -3 }],
        ],
        constants: opset === 13 ? { sizes: [2, 4] } : {},
      },
      'sliceChannels sliceChannels relu concat',
    ],
  ),
  [
    'a slice of channels by attributes',
    { opset: 9, input: MAP, nodes: [['Slice', ['x'], 'y', { axes: [1], starts: [1], ends: [-1] }]] },
    'sliceChannels',
  ],
  [
    'channels in another order',
    { input: MAP, nodes: [['Gather', ['x', 'i'], 'y', { axis: 1 }]], constants: { i: [4, 5, 0, -5] } },
    'sliceChannels sliceChannels concat',
  ],
  [
    'single channels that are joined',
    {
      input: ['n', 3, 4, 5],
      nodes: [
        ['Gather', ['x', 'first'], 'a', { axis: 1 }],
        ['Unsqueeze', ['a', 'one'], 'b'],
        ['Gather', ['x', 'last'], 'c', { axis: 1 }],
        ['Unsqueeze', ['c', 'one'], 'd'],
        ['Mul', ['d', 'half'], 'e'],
        ['Concat', ['b', 'e'], 'y', { axis: 1 }],
      ],
      constants: { first: integers([0], []), last: integers([2], []), one: [1], half: scalar(0.5) },
    },
    'sliceChannels sliceChannels scale concat',
  ],
  [
    'a channel shuffle with shapes computed on the way',
    {
      input: MAP,
      nodes: [
        ['Shape', ['x'], 's'],
        ['Gather', ['s', 'zero'], 'batch'],
        ['Gather', ['s', 'one'], 'channels'],
        ['Div', ['channels', 'groups'], 'each'],
        ['Unsqueeze', ['batch', 'axis'], 'b1'],
        ['Unsqueeze', ['each', 'axis'], 'e1'],
        ['Concat', ['b1', 'g1', 'e1', 'size'], 'split', { axis: 0 }],
        ['Concat', ['b1', 'minus', 'size'], 'whole', { axis: 0 }],
        ['Reshape', ['x', 'split'], 'a'],
        ['Transpose', ['a'], 'b', { perm: [0, 2, 1, 3, 4] }],
        ['Reshape', ['b', 'whole'], 'y'],
      ],
      constants: {
        zero: integers([0], []),
        one: integers([1], []),
        groups: integers([3], []),
        axis: [0],
        g1: [3],
        minus: [-1],
        size: [7, 8],
      },
    },
    'channelShuffle',
  ],
  [
    'an option-A shortcut',
    {
      input: MAP,
      nodes: [
        ['Slice', ['x', 'start', 'end', 'h', 'step'], 'a'],
        ['Slice', ['a', 'start', 'end', 'w', 'step'], 'b'],
        ['Pad', ['b', 'pads'], 'y'],
      ],
      constants: {
        start: [0],
        end: [2 ** 53 - 1],
        h: [2],
        w: [3],
        step: [2],
        pads: [0, 3, 0, 0, 0, 4, 0, 0],
      },
    },
    'subsample padChannels',
  ],
  [
    'zero channels that are joined',
    {
      input: [2, 6, 4, 5],
      nodes: [
        ['ConstantOfShape', ['shape'], 'z'],
        ['Concat', ['z', 'x', 'z'], 'y', { axis: 1 }],
      ],
      constants: { shape: [2, 2, 4, 5] },
    },
    'padChannels',
  ],
  [
    'channels that negative padding takes away',
    { input: MAP, nodes: [['Pad', ['x', 'pads'], 'y']], constants: { pads: [0, -1, 0, 0, 0, 2, 0, 0] } },
    'sliceChannels padChannels',
  ],
]

const pads: readonly Case[] = [
  [
    'padding before a convolution, as the convolution’s',
    {
      opset: 10,
      input: MAP,
      nodes: [['Pad', ['x'], 'p', { pads: [0, 0, 1, 2, 0, 0, 0, 1] }], conv('p', 'y', { strides: [2, 2] })],
      constants: { k: kernel(4, 6) },
    },
    'conv',
  ],
  [
    'padding of listed axes that two layers read',
    {
      opset: 18,
      input: MAP,
      nodes: [
        ['Pad', ['x', 'pads', '', 'axes'], 'p'],
        conv('p', 'a'),
        conv('p', 'b', { dilations: [1, 1] }),
        ['Add', ['a', 'b'], 'y'],
      ],
      constants: { k: kernel(4, 6), pads: [1, 2, 1, 0], axes: [2, -1] },
    },
    'conv conv add',
  ],
  [
    'padding before the maximum of what is not negative',
    {
      input: MAP,
      nodes: [
        ['Relu', ['x'], 'r'],
        ['Pad', ['r', 'pads'], 'p'],
        ['MaxPool', ['p'], 'y', { kernel_shape: [3, 3], strides: [2, 2] }],
      ],
      constants: { pads: [0, 0, 1, 1, 0, 0, 1, 1] },
    },
    'relu pool',
  ],
  [
    'padding before another maximum, as zeros that may win',
    {
      input: MAP,
      nodes: [
        ['Pad', ['x', 'pads'], 'p'],
        ['MaxPool', ['p'], 'y', { kernel_shape: [3, 3], strides: [2, 2] }],
      ],
      constants: { pads: [0, 0, 1, 1, 0, 0, 1, 1] },
    },
    'pad pool',
  ],
  [
    'padding before an average that counts it',
    {
      input: MAP,
      nodes: [
        ['Pad', ['x', 'pads'], 'p'],
        ['AveragePool', ['p'], 'y', { kernel_shape: [3, 3] }],
      ],
      constants: { pads: [0, 0, 1, 0, 0, 0, 1, 2] },
    },
    'pool',
  ],
]

const pooled = (op: string, attributes: TinyNode[3], input: TinyFile['input'] = MAP): TinyFile => ({
  opset: 19,
  input,
  nodes: [[op, ['x'], 'y', attributes]],
})
const pools: readonly Case[] = [
  [
    'a maximum with padding',
    pooled('MaxPool', { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] }),
    'pool',
  ],
  ...[0, 1].flatMap((count_include_pad): Case[] => [
    [
      `an average with padding, counted ${count_include_pad}`,
      pooled('AveragePool', { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1], count_include_pad }),
      'pool',
    ],
    [
      `an average rounded up, padding counted ${count_include_pad}`,
      pooled('AveragePool', {
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 0, 0],
        ceil_mode: 1,
        count_include_pad,
      }),
      count_include_pad ? 'pad pool' : 'pool',
    ],
  ]),
  [
    'a maximum rounded up',
    pooled('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, ['n', 6, 8, 10]),
    'pool',
  ],
  [
    'a maximum rounded up whose last window would lie outside',
    pooled('MaxPool', { kernel_shape: [2, 2], strides: [3, 3], pads: [0, 0, 1, 1], ceil_mode: 1 }, [
      'n',
      6,
      6,
      7,
    ]),
    'pool',
  ],
  [
    'a maximum with auto_pad',
    pooled('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
    'pool',
  ],
  ['an average of the whole map', pooled('AveragePool', { kernel_shape: [7, 8] }), 'globalAveragePool'],
  [
    'a pool of one pixel, as nothing',
    {
      input: MAP,
      nodes: [
        ['AveragePool', ['x'], 'a', { kernel_shape: [1, 1] }],
        ['Relu', ['a'], 'y'],
      ],
    },
    'relu',
  ],
  ['a global maximum', pooled('GlobalMaxPool', {}), 'pool'],
  [
    'a mean over height and width',
    { opset: 18, input: MAP, nodes: [['ReduceMean', ['x', 'axes'], 'y']], constants: { axes: [-1, 2] } },
    'globalAveragePool',
  ],
  [
    'a mean over pixels in a row',
    {
      input: MAP,
      nodes: [
        ['Reshape', ['x', 'shape'], 'r'],
        ['ReduceMean', ['r'], 'y', { axes: [2], keepdims: 0 }],
      ],
      constants: { shape: [0, 6, -1] },
    },
    'globalAveragePool',
  ],
]

const dense: readonly Case[] = [
  [
    'a dense layer with all its options',
    {
      input: ['n', 5],
      nodes: [['Gemm', ['x', 'w', 'c'], 'y', { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 }]],
      constants: { w: floats([4, 5]), c: floats([1, 4]) },
    },
    'dense',
  ],
  [
    'a product and a sum, as a dense layer',
    {
      input: ['n', 5],
      nodes: [
        ['MatMul', ['x', 'w'], 'm'],
        ['Add', ['m', 'b'], 'y'],
      ],
      constants: { w: floats([5, 4]), b: floats([4]) },
    },
    'dense',
  ],
  [
    'products over the last axis of a map, as 1×1 convolutions',
    {
      input: MAP,
      nodes: [
        ['Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }],
        ['MatMul', ['t', 'w'], 'm'],
        ['Add', ['b', 'm'], 'a'],
        ['Transpose', ['a'], 'y', { perm: [0, 3, 1, 2] }],
      ],
      constants: { w: floats([6, 4]), b: floats([4]) },
    },
    'conv',
  ],
  [
    'a map that is flattened, normalized and multiplied',
    {
      input: ['n', 3, 4, 5],
      nodes: [
        ['Flatten', ['x'], 'f'],
        ['BatchNormalization', ['f', 'g', 'b', 'm', 'v'], 'n'],
        ['Relu', ['n'], 'r'],
        ['Mul', ['r', 'g'], 's'],
        ['Gemm', ['s', 'w'], 'y'],
      ],
      constants: {
        g: floats([60]),
        b: floats([60]),
        m: floats([60]),
        v: floats([60], x => 1 + x * x),
        w: floats([60, 7]),
      },
    },
    'flatten batchNorm relu scale dense',
  ],
  [
    'a map that is flattened by a computed shape',
    {
      input: ['n', 3, 4, 5],
      nodes: [
        ['Shape', ['x'], 's', { start: 0, end: 1 }],
        ['Concat', ['s', 'minus'], 'shape', { axis: 0 }],
        ['Reshape', ['x', 'shape'], 'f'],
        ['Dropout', ['f'], 'd'],
        ['MatMul', ['d', 'w'], 'y'],
      ],
      constants: { minus: [-1], w: floats([60, 4]) },
    },
    'flatten dropout dense',
  ],
  [
    'a map that is flattened after its channels went last',
    {
      input: ['n', 3, 4, 5],
      nodes: [
        ['Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }],
        ['Flatten', ['t'], 'y'],
      ],
    },
    'flatten',
  ],
  [
    'the head of a classifier',
    {
      opset: 11,
      input: MAP,
      nodes: [
        ['GlobalAveragePool', ['x'], 'p'],
        ['Squeeze', ['p'], 'q', { axes: [2, 3] }],
        ['Dropout', ['q'], 'd', { ratio: { float: 0.3 } }],
        ['Gemm', ['d', 'w'], 'g'],
        ['Softmax', ['g'], 'y'],
      ],
      constants: { w: floats([6, 4]) },
    },
    'globalAveragePool dropout dense softmax',
  ],
  [
    'softmax over the channels of a map',
    { input: MAP, nodes: [['Softmax', ['x'], 'y', { axis: 1 }]] },
    'softmax',
  ],
]

const resized = (
  opset: number,
  attributes: TinyNode[3],
  by: 'scales' | 'sizes',
  values: readonly number[],
): TinyFile => ({
  opset,
  input: [2, 6, 7, 8],
  nodes: [
    [
      opset < 10 ? 'Upsample' : 'Resize',
      opset < 11 ? ['x', by] : by === 'sizes' ? ['x', 'none', 'none', by] : ['x', '', by],
      'y',
      attributes,
    ],
  ],
  constants: { none: floats([0]), [by]: by === 'sizes' ? integers(values) : floats([values.length], values) },
})
const resizes: readonly Case[] = [
  ['nearest of operator set 9', resized(9, { mode: 'nearest' }, 'scales', [1, 1, 2, 3]), 'resize'],
  ['nearest of operator set 10', resized(10, { mode: 'nearest' }, 'scales', [1, 1, 2, 2]), 'resize'],
  ['nearest by twice, half-pixel', resized(13, { mode: 'nearest' }, 'scales', [1, 1, 2, 2]), 'resize'],
  [
    'nearest to a size, asymmetric',
    resized(
      13,
      { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      'sizes',
      [2, 6, 10, 5],
    ),
    'resize',
  ],
  ['linear, half-pixel', resized(13, { mode: 'linear' }, 'sizes', [2, 6, 10, 5]), 'resize'],
  [
    'linear, as PyTorch has it',
    resized(
      11,
      { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
      'sizes',
      [2, 6, 14, 16],
    ),
    'resize',
  ],
  [
    'linear, corners aligned',
    resized(11, { mode: 'linear', coordinate_transformation_mode: 'align_corners' }, 'sizes', [2, 6, 13, 5]),
    'resize',
  ],
  ['linear of operator set 10, by twice', resized(10, { mode: 'linear' }, 'scales', [1, 1, 2, 2]), 'resize'],
  [
    'linear by twice, asymmetric',
    resized(13, { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }, 'scales', [1, 1, 2, 2]),
    'resize',
  ],
  ['some axes only', resized(18, { mode: 'linear', axes: [2, 3] }, 'scales', [2, 2]), 'resize'],
]

const layouts: readonly Case[] = [
  [
    'images with channels last, as TensorFlow’s exporter has them',
    {
      input: ['n', 9, 8, 3],
      nodes: [
        ['Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }],
        ['Conv', ['t', 'k'], 'c', { strides: [2, 2], auto_pad: 'SAME_LOWER' }],
        ['Relu', ['c'], 'r'],
        ['Transpose', ['r'], 'b', { perm: [0, 2, 3, 1] }],
        ['ReduceMean', ['b'], 'p', { axes: [1, 2], keepdims: 0 }],
        ['MatMul', ['p', 'w'], 'y'],
      ],
      constants: { k: kernel(4, 3), w: floats([4, 5]) },
    },
    'conv relu globalAveragePool dense',
  ],
]

const groups = {
  convolutions,
  normalizations,
  activations,
  arithmetic,
  channels,
  pads,
  pools,
  dense,
  resizes,
  layouts,
}

const kind = (layer: Layer) => (layer.type === 'activation' ? layer.function : layer.type)

for (const [group, cases] of Object.entries(groups))
  describe(`an ONNX file’s ${group} give the same values: `, () => {
    test.each(cases)('%s', async (_, file, layers) => {
      const bytes = tinyFile(file)
      const network = readOnnx(bytes)
      expect(network.layers.map(kind).join(' ')).toBe(layers)
      const nhwc =
        file.input.length === 4 && file.input[3] === network.input.shape[2] && file.input[1] !== file.input[3]
      const batch = typeof file.input[0] === 'number' ? file.input[0] : 2
      expect(await differenceToFile(bytes, network, { batch, nhwc })).toBeLessThan(1e-5)
    })
  })
