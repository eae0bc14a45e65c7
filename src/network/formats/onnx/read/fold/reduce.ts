import { int, ints } from '../node.js'
import { axisIndex } from '../signal.js'
import { type Fold, known } from './fold-scope.js'
import { places, stridesOf } from './strided.js'

/** Reduces over `axes` (an attribute or, in newer operator sets, an input); over all where there are none. */
const reduce =
  (
    start: number,
    f: (all: number, value: number) => number,
    end = (all: number, _count: number) => all,
  ): Fold =>
  scope => {
    const { dims, type, data } = known(scope, 0)
    const asked = ints(scope.node, 'axes') ?? Array.from(scope.inputs[1]?.data ?? [])
    const over = asked.length > 0 ? asked : dims.map((_, axis) => axis)
    const axes = new Set(over.map(axis => axisIndex(axis, dims.length)))
    const kept = dims.map((size, axis) => (axes.has(axis) ? 1 : size))
    const strides = stridesOf(kept).map((stride, axis) => (axes.has(axis) ? 0 : stride))
    const to = int(scope.node, 'keepdims', 1) ? kept : dims.filter((_, axis) => !axes.has(axis))
    return scope.result(to, type, () => {
      const totals = new Float64Array(kept.reduce((product, size) => product * size, 1)).fill(start)
      places(dims, strides).forEach((place, index) => {
        totals[place] = f(totals[place]!, data[index]!)
      })
      const values = totals.map(total => end(total, data.length / totals.length))
      return data instanceof Float32Array ? Float32Array.from(values) : values
    })
  }

/** Operators that reduce axes. */
export const reduceFolds: Readonly<Record<string, Fold>> = {
  ReduceProd: reduce(1, (all, value) => all * value),
  ReduceSum: reduce(0, (all, value) => all + value),
  ReduceMean: reduce(
    0,
    (all, value) => all + value,
    (all, count) => all / count,
  ),
  ReduceMin: reduce(Number.POSITIVE_INFINITY, Math.min),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max),
}
