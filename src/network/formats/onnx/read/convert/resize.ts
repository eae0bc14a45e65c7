import type { Resize } from '../../../../network.js'
import { floats, int, text } from '../node.js'
import { type Converter, layer, optional, type Scope, signal } from '../scope.js'
import { axisIndex, describe, dimsOf, needNchw, usual } from '../signal.js'
import { refuse } from '../unsupported.js'

/** How one axis is resized. */
interface Along {
  readonly from: number
  readonly to: number
  readonly scale: number
}

/** Where in the input pixel `i` of the output lies, for each of ONNX's coordinate transformations. */
const transformations: Readonly<Record<string, (i: number, along: Along) => number>> = {
  half_pixel: (i, { scale }) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, { to, scale }) => (to > 1 ? (i + 0.5) / scale - 0.5 : 0),
  half_pixel_symmetric: (i, { from, to, scale }) => {
    const adjusted = (from / 2) * (1 - to / (to === Math.floor(from * scale) ? from * scale : to))
    return adjusted + (i + 0.5) / scale - 0.5
  },
  align_corners: (i, { from, to }) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0),
  asymmetric: (i, { scale }) => i / scale,
  tf_half_pixel_for_nn: (i, { scale }) => (i + 0.5) / scale,
}

const roundings: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: place => Math.ceil(place - 0.5),
  round_prefer_ceil: place => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
}

/** What the file asks for, whichever operator set it is of. */
function asked(scope: Scope) {
  const { node, opset } = scope
  const old = node.op === 'Upsample' || opset < 11
  const index = old ? 1 : 2
  const x = signal(scope)
  const scales = floats(node, 'scales') ?? optional(scope, index, 'scales')?.data ?? []
  const sizes = old ? [] : (optional(scope, 3, 'sizes')?.data ?? [])
  const listed = scope.node.attributes.get('axes')?.ints
  const axes = listed?.map(axis => axisIndex(axis, 4)) ?? [0, 1, 2, 3]
  const dims = dimsOf(x)
  const along = dims.map((from): Along => ({ from, to: from, scale: 1 }))
  axes.forEach((axis, at) => {
    const from = dims[axis]!
    if (sizes.length > 0) along[axis] = { from, to: sizes[at]!, scale: sizes[at]! / from }
    else if (scales.length > 0)
      along[axis] = { from, to: Math.floor(Math.fround(from * scales[at]!)), scale: scales[at]! }
  })
  if ((sizes.length || scales.length) !== axes.length) refuse('does not say to what sizes')
  return {
    along,
    mode: text(node, 'mode') ?? 'nearest',
    transformation: old ? 'asymmetric' : (text(node, 'coordinate_transformation_mode') ?? 'half_pixel'),
    // Operator sets before 11 round down when a map grows and up when it shrinks.
    rounding: (grows: boolean) =>
      old ? (grows ? 'floor' : 'ceil') : (text(node, 'nearest_mode') ?? 'round_prefer_floor'),
  }
}

const clamp = (place: number, size: number) => Math.min(Math.max(place, 0), size - 1)

/** A way in which Tandem's layer can resize, and the place in the input that it takes: see `Resize`. */
interface Way {
  readonly mode: Resize['mode']
  readonly alignCorners: boolean
  readonly place: (i: number, along: Along) => number
}

const NEAREST: Way = {
  mode: 'nearest',
  alignCorners: false,
  place: (i, { from, to }) => Math.floor((i * from) / to),
}
const LINEAR: readonly Way[] = [
  { mode: 'bilinear', alignCorners: false, place: (i, { from, to }) => ((i + 0.5) * from) / to - 0.5 },
  {
    mode: 'bilinear',
    alignCorners: true,
    place: (i, { from, to }) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0),
  },
]
const MIDPOINT: Way = { mode: 'midpoint', alignCorners: false, place: i => i / 2 }

/** Sizes that are compared pixel by pixel. */
const LARGEST_SIDE = 2 ** 16

/** ONNX has many ways to choose pixels; a file's is read if it takes the same ones as one of Tandem's. */
export const resize: Converter = scope => {
  const x = signal(scope)
  needNchw(x)
  if (x.shape.length === 1) return refuse(`resizes ${describe(x)}, a single pixel`)
  const { along, mode, transformation, rounding } = asked(scope)
  const [batch, channels, height, width] = along as [Along, Along, Along, Along]
  if (batch.to !== batch.from || channels.to !== channels.from) refuse('resizes the batch or the channels')
  const sides = [height, width]
  if (sides.every(({ from, to }) => from === to)) return x
  if (sides.some(({ to }) => !(to >= 1 && to <= LARGEST_SIDE)))
    refuse(`resizes to ${height.to} × ${width.to}`)
  if (int(scope.node, 'antialias', 0) && sides.some(({ from, to }) => to < from))
    refuse('smooths (antialias)')
  const place =
    transformations[transformation] ?? refuse(`has the coordinate transformation "${transformation}"`)
  if (mode !== 'nearest' && mode !== 'linear')
    refuse(`has mode "${mode}"; only nearest and linear can be read`)
  const theirs = (i: number, side: Along) => {
    const at = place(i, side)
    if (mode === 'linear') return clamp(at, side.from)
    const round = roundings[rounding(side.to >= side.from)] ?? refuse('has an unknown nearest_mode')
    return clamp(round(at), side.from)
  }
  const same = (way: Way) =>
    sides.every(side =>
      Array.from({ length: side.to }, (_, i) => i).every(
        i => Math.abs(theirs(i, side) - clamp(way.place(i, side), side.from)) < 1e-5,
      ),
    )
  const doubles = transformation === 'asymmetric' && sides.every(({ from, to }) => to === 2 * from)
  const ways = mode === 'nearest' ? [NEAREST] : doubles ? [MIDPOINT] : LINEAR
  const way = ways.find(same)
  if (way === undefined)
    return refuse(`resizes by ${mode} with "${transformation}" in a way that Tandem has no layer for`)
  const attributes = { mode: way.mode, alignCorners: way.alignCorners }
  const made = layer(scope, 'resize', [x], { size: [height.to, width.to], ...attributes })
  return usual(made.layer, made.shape, scope.batch)
}
