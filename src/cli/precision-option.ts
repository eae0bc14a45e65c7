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

/** What the option stands for: `auto` is decided by two training steps of `network` in each, and `say` told. */
export async function resolvePrecision(
  option: PrecisionOption,
  { network, batchSize, say }: { network: Network; batchSize: number; say: (line: string) => void },
): Promise<Precision> {
  if (option !== 'auto') return option
  const { choosePrecision } = await import('../engine/index.js')
  const { precision, ms } = choosePrecision(network, batchSize)
  if (ms) {
    const took = (kind: Precision) => `${ms[kind].toFixed(0)} ms`
    say(
      `Precision ${precision}: a training step takes ${took('bf16')} in bf16, ${took('float32')} in float32`,
    )
  }
  return precision
}
