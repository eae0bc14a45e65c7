import { formatMetric } from '../cost/index.js'
import { type Line, percent, warningLine } from '../tuning/index.js'
import { savesNothing, signed, timesText } from './gain-text.js'
import type { PoolConfig } from './pool-config.js'
import type { LayerGain, Round } from './pool-state.js'
import { type Gain, type Pricing, saved, saves, speedup } from './pricing.js'
import type { Sensitivity } from './sensitivity.js'

type Metric = Pricing['metric']

/** How many convolutions can be pooled, and what all of them would come to. */
export const wholeLine = (count: number, whole: Gain, metric: Metric): Line => ({
  entry: { poolable: count, before: whole.before, after: whole.after },
  line: `${count} convolutions can be pooled; all of them: ${timesText(whole, metric)}`,
})

/** A warning where even the last round is not as fast as asked. */
export const reachLines = (gain: Gain, minSpeedup: number): readonly Line[] =>
  speedup(gain) >= minSpeedup
    ? []
    : [
        warningLine(
          `${minSpeedup} times as fast is out of reach: the last round will be ${timesText(gain, 'latency')}; pruning the model first (tandem prune) saves more`,
        ),
      ]

export function gainLine({ layer, ...gain }: LayerGain, metric: Metric): Line {
  const entry = { gain: layer, ...gain }
  if (!saves(gain)) return { entry, line: `${layer}: not pooled, ${savesNothing(gain, metric)}` }
  const part = `${formatMetric(metric, saved(gain))} of ${formatMetric(metric, gain.before)}`
  return { entry, line: `${layer}: saves ${part}, ${percent(saved(gain) / gain.before)}` }
}

export const sensitivityLine = (each: Sensitivity): Line => ({
  entry: { sensitivity: each.layer, loss: each.loss, accuracy: each.accuracy },
  line: `${each.layer}: pooled alone, cross-entropy ${signed(each.loss, 4)}, accuracy ${signed(-100 * each.accuracy, 1)} points`,
})

/** What the rounds will pool. */
export const groupLines = (groups: readonly (readonly string[])[]): readonly Line[] =>
  groups.length === 0
    ? [warningLine('no convolution saves anything when it is pooled: the network is left as it is')]
    : groups.map((layers, i) => ({
        entry: { round: i + 1, layers },
        line: `${roundName(i)} pools ${layers.join(', ')}`,
      }))

export const roundName = (index: number): string => `round ${index + 1}`

/** What a round came to. */
export const roundLine = (
  index: number,
  { gain, before, heldOut, drop, misses }: Round,
  metric: Metric,
): Line => ({
  entry: { done: index + 1, speedup: speedup(gain), before, heldOut, drop, met: misses.length === 0 },
  line: `${roundName(index)}: ${timesText(gain, metric)}, ${percent(heldOut)} of the held-out images right, ${signed(-drop, 1)} points`,
})

/** Why there is no further round, where there could be one. */
export const endLines = (
  { drop, misses }: Round,
  { maxDrop, minSpeedup }: Pick<PoolConfig, 'maxDrop' | 'minSpeedup'>,
): readonly Line[] => {
  if (misses.some(({ metric }) => metric === 'drop'))
    return [
      {
        entry: { ended: 'drop' },
        line: `No further round: ${drop.toFixed(1)} points are lost, and --max-drop is ${maxDrop}`,
      },
    ]
  if (minSpeedup !== undefined && misses.length === 0)
    return [{ entry: { ended: 'speedup' }, line: `No further round: --min-speedup ${minSpeedup} is reached` }]
  return []
}
