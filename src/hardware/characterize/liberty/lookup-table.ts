import { InputError } from '../../../errors.js'

/** What a table's index counts: the input's slew, the output's load, or at constraints the slews of both pins. */
export type Axis = 'slew' | 'load' | 'clock-slew'

/** A table of the nonlinear delay model. `axes` is shorter where the library leaves a dimension out. */
export interface LookupTable {
  readonly axes: readonly Axis[]
  readonly index1: Float64Array
  readonly index2: Float64Array
  readonly values: Float64Array
}

const AXES: Readonly<Record<string, Axis>> = {
  input_net_transition: 'slew',
  input_transition_time: 'slew',
  constrained_pin_transition: 'slew',
  total_output_net_capacitance: 'load',
  related_pin_transition: 'clock-slew',
}

export const axisOf = (variable: string, where: string): Axis => {
  const axis = AXES[variable]
  if (axis === undefined) throw new InputError(`${where}: tables over ${variable} are not supported`)
  return axis
}

/** Position on one axis: the interval and how far into it; beyond the ends it extrapolates, as OpenSTA does. */
function locate(index: Float64Array, x: number): readonly [at: number, fraction: number] {
  const last = index.length - 1
  if (last < 1) return [0, 0]
  let at = 0
  while (at < last - 1 && x >= index[at + 1]!) at++
  return [at, (x - index[at]!) / (index[at + 1]! - index[at]!)]
}

/** The table's value at a slew (ns), a load (fF) and, for constraints, the clock's slew (ns): bilinear. */
export function lookup(table: LookupTable, slew: number, load: number, clockSlew = 0): number {
  const { axes, index1, index2, values } = table
  const at = (axis: Axis | undefined) => (axis === 'slew' ? slew : axis === 'load' ? load : clockSlew)
  if (axes.length === 0) return values[0]!
  const [i, u] = locate(index1, at(axes[0]))
  if (axes.length === 1)
    return index1.length < 2 ? values[0]! : values[i]! + u * (values[i + 1]! - values[i]!)
  const [j, v] = locate(index2, at(axes[1]))
  const width = index2.length
  const row = (i: number) => {
    const left = values[i * width + j]!
    return width < 2 ? left : left + v * (values[i * width + j + 1]! - left)
  }
  return index1.length < 2 ? row(0) : row(i) + u * (row(i + 1) - row(i))
}
