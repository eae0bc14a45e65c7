import type { PeDesign } from '../../../src/hardware/pe-design.js'
import type { OperandSource } from '../../../src/hardware/rtl/draw-data.js'
import type { PassData } from '../../../src/hardware/rtl/drive-pass.js'
import type { PassShape } from '../../../src/hardware/rtl/pass-shape.js'
import { addPsums, multiplyAccumulate } from '../../../src/hardware/rtl/reference.js'

/** A pass of several windows, each of which replaces half of the activations. */
export function drawPass({ taps, filters }: PassShape, source: OperandSource, windows: number) {
  const draw = (count: number, next: () => number) => Array.from({ length: count }, next)
  return {
    weights: draw(taps * filters, source.weight),
    windows: Array.from({ length: windows }, (_, w) =>
      draw(w === 0 ? taps : Math.max(1, taps >> 1), source.activation),
    ),
    psumsIn: Array.from({ length: windows }, () => draw(filters, source.psum)),
  } satisfies PassData
}

/** The psums of a pass by the reference arithmetic. */
export function expectedPass(
  design: PeDesign,
  { taps, filters }: PassShape,
  { weights, windows, psumsIn }: PassData,
): number[][] {
  let window: number[] = []
  return windows.map((fresh, w) => {
    window = [...window, ...fresh].slice(-taps)
    return Array.from({ length: filters }, (_, filter) => {
      const own = window.reduce(
        (psum, activation, tap) =>
          multiplyAccumulate(design, psum, activation, weights[tap * filters + filter]!),
        0,
      )
      return addPsums(design, own, psumsIn?.[w]?.[filter] ?? 0)
    })
  })
}
