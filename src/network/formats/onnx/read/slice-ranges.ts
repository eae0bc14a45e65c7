import type { Constant } from './constant.js'
import { ints, type Node } from './node.js'
import { axisIndex } from './signal.js'
import { refuse } from './unsupported.js'

/** Part of an axis: `count` indices from `start` on, `step` apart. */
export interface Range {
  readonly start: number
  readonly count: number
  readonly step: number
}

/** What a Slice takes of every axis: from attributes (operator sets before 10) or from starts, ends, axes, steps. */
export function sliceRanges(
  node: Node,
  [startsIn, endsIn, axesIn, stepsIn]: readonly (Constant | undefined)[],
  dims: readonly number[],
): readonly Range[] {
  const values = (constant: Constant | undefined) => constant && Array.from(constant.data)
  const starts = ints(node, 'starts') ?? values(startsIn) ?? refuse('its starts are missing')
  const ends = ints(node, 'ends') ?? values(endsIn) ?? refuse('its ends are missing')
  const axes = ints(node, 'axes') ?? values(axesIn) ?? starts.map((_, index) => index)
  const steps = values(stepsIn) ?? starts.map(() => 1)
  if ([ends, axes, steps].some(each => each.length !== starts.length))
    refuse(
      `has ${starts.length} starts but ${ends.length} ends, ${axes.length} axes and ${steps.length} steps`,
    )
  const ranges: Range[] = dims.map(count => ({ start: 0, count, step: 1 }))
  axes.forEach((asked, index) => {
    const axis = axisIndex(asked, dims.length)
    const [size, step] = [dims[axis]!, steps[index]!]
    if (step === 0) refuse('has a step of 0')
    const from = (place: number) => (place < 0 ? place + size : place)
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    const clamp = (place: number) => Math.min(Math.max(place, low), high)
    const start =
      step > 0 ? clamp(from(starts[index]!)) : Math.min(Math.max(from(starts[index]!), 0), size - 1)
    const end = clamp(from(ends[index]!))
    ranges[axis] = { start, count: Math.max(Math.ceil((end - start) / step), 0), step }
  })
  return ranges
}
