import { Option } from 'commander'
import type { Precision } from '../engine/index.js'
import type { Network } from '../network/index.js'

export type PrecisionOption = Precision | 'auto'

/** `--precision float32|bf16|auto` */
export const precisionOption = () =>
  new Option(
    '--precision <name>',
    'of convolutions and batch norms in training; auto tries both for two steps',
  )
    .choices(['float32', 'bf16', 'auto'])
    .default('auto')

export interface PrecisionTrial {
  readonly network: Network
  readonly batchSize: number
  readonly work?: 'training' | 'evaluation'
  readonly say: (line: string) => void
}

/** What the option stands for: `auto` is decided by two steps of `network` in each, and `say` told. */
export async function resolvePrecision(
  option: PrecisionOption,
  { network, batchSize, work = 'training', say }: PrecisionTrial,
): Promise<Precision> {
  if (option !== 'auto') return option
  const { choosePrecision } = await import('../engine/index.js')
  const { precision, ms } = choosePrecision(network, batchSize, work)
  if (ms) {
    const took = (kind: Precision) => `${ms[kind].toFixed(0)} ms`
    say(
      `Precision ${precision}: ${work === 'training' ? 'a training step' : 'an evaluation'} takes ${took('bf16')} in bf16, ${took('float32')} in float32`,
    )
  }
  return precision
}
