import type { RandomStream } from '../../random.js'
import type { PeDesign } from '../pe-design.js'
import { toBits } from './float32.js'
import { MULTIPLY_KIND } from './pe-parameters.js'

/** Draws bit patterns of operands. */
export interface OperandSource {
  activation(): number
  weight(): number
  psum(): number
}

/**
 * The data of characterization: every code of an integer or LightNN operand equally likely (which is the most that
 * such an operand can switch), standard normal numbers for FP32.
 */
export function operandSource(design: PeDesign, stream: RandomStream): OperandSource {
  if (MULTIPLY_KIND[design.type] === 3) {
    const normal = () => toBits(stream.normal())
    return { activation: normal, weight: normal, psum: normal }
  }
  const uniform = (bits: number) => () => Math.floor(stream.uniform() * 2 ** bits)
  return {
    activation: uniform(design.activationBits),
    weight: uniform(design.weightBits),
    psum: () => Math.floor(stream.uniform() * 2 ** Math.min(design.psumBits, 32)),
  }
}
