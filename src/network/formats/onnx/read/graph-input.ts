import { InputError } from '../../../../errors.js'
import type { Network, Shape } from '../../../network.js'
import { DATA_TYPE, type GraphProto, type ValueInfoProto } from '../schema.js'
import { type Axis, type Signal, usual } from './signal.js'

/** The network's input, the signal that it is, and the batch size that shapes are computed with. */
export interface GraphInput {
  readonly input: Network['input']
  readonly signal: Signal
  readonly batch: number
}

const FLOATS: readonly number[] = [DATA_TYPE.float, DATA_TYPE.float16, DATA_TYPE.double]

/** Operators that leave the layout as it is. */
const LAYOUTLESS: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Add', 'Sub', 'Mul', 'Div', 'Neg'])

/** Whether an input has its channels last: a transpose puts them first before anything else looks at them. */
function hasChannelsLast({ node }: GraphProto, input: string): boolean {
  const same = new Set([input])
  for (const { opType, input, output, attribute } of node) {
    if (!input.some(name => same.has(name))) continue
    if (opType === 'Transpose')
      return attribute.some(({ name, ints }) => name === 'perm' && `${ints}` === '0,3,1,2')
    if (LAYOUTLESS.has(opType)) for (const name of output) same.add(name)
  }
  return false
}

/**
 * The only input of a graph: images of a fixed size, or feature vectors. The batch may be free; where it is fixed,
 * shapes are computed with it, but the network takes any. `size` is the height and width where the file leaves them
 * open. Throws InputError for anything else, saying what.
 */
export function graphInput(graph: GraphProto, size: readonly [number, number] | undefined): GraphInput {
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const inputs = graph.input.filter(({ name }) => !constants.has(name))
  const [only] = inputs
  if (!only || inputs.length > 1)
    throw new InputError(
      `has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); only networks with one can be read`,
    )
  const type = only.type?.tensorType
  const fail = (problem: string): never => {
    throw new InputError(`its input "${only.name}" ${problem}`)
  }
  if (!type?.shape) return fail('has no shape; export the model with fixed sizes')
  if (!FLOATS.includes(type.elemType))
    fail('is not floating point; only images of floating point can be read')
  const dims = dimsOf(only)
  const wanted = `${describe(only)}; an image is [batch, channels, height, width]`
  if (dims.length !== 4 && dims.length !== 2) return fail(`has the shape ${wanted}`)
  const [batch = 1, ...rest] = dims
  const nhwc = rest.length === 3 && hasChannelsLast(graph, only.name)
  const open = nhwc ? [size?.[0], size?.[1], undefined] : [undefined, size?.[0], size?.[1]]
  const sizes = rest.map((each, axis) => each ?? (rest.length === 3 ? open[axis] : undefined))
  if (sizes.includes(undefined))
    return fail(`has the shape ${wanted}, all but the batch fixed: export it so, or say the size`)
  const known = sizes as number[]
  if (!(known.reduce((product, each) => product * each, 1) <= 2 ** 31)) fail(`has the shape ${wanted}`)
  const shape: Shape = known.length === 1 ? known : nhwc ? known : [known[1]!, known[2]!, known[0]!]
  const signal = usual(only.name, shape, batch)
  const [n, c, h, w] = signal.axes as readonly [Axis, Axis, Axis, Axis]
  return {
    input: { name: only.name, shape },
    signal: nhwc ? { ...signal, axes: [n, h, w, c] } : signal,
    batch,
  }
}

/** Sizes; undefined where the file leaves them open. */
function dimsOf({ type }: ValueInfoProto): readonly (number | undefined)[] {
  return type.tensorType.shape.dim.map(({ dimValue = 0 }) => (dimValue > 0 ? dimValue : undefined))
}

const describe = ({ type }: ValueInfoProto) =>
  `[${type.tensorType.shape.dim.map(({ dimValue, dimParam }) => dimParam || (dimValue ?? '?')).join(', ')}]`
