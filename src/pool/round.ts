import type { PoolConfig } from './pool-config.js'
import type { PoolMiss, PoolPosition } from './pool-state.js'
import { speedup } from './pricing.js'

type Bounds = Pick<PoolConfig, 'maxDrop' | 'minSpeedup'>

/** What of a pooling's bounds a round misses, by points of accuracy that are lost and times that it is as fast. */
export function missesOf(
  { maxDrop, minSpeedup }: Bounds,
  { drop, speedup }: { readonly drop: number; readonly speedup: number },
): readonly PoolMiss[] {
  return [
    ...(maxDrop !== undefined && drop > maxDrop
      ? [{ metric: 'drop', bound: maxDrop, value: drop, by: drop - maxDrop } as const]
      : []),
    ...(minSpeedup !== undefined && speedup < minSpeedup
      ? [{ metric: 'speedup', bound: minSpeedup, value: speedup, by: minSpeedup - speedup } as const]
      : []),
  ]
}

/** Whether another round follows those that are done: not after the last group, a drop too deep, or a speed reached. */
export function goesOn({ maxDrop, minSpeedup }: Bounds, { rounds, groups = [] }: PoolPosition): boolean {
  const last = rounds.at(-1)
  if (rounds.length === groups.length) return false
  if (last === undefined) return true
  const tooDeep = maxDrop !== undefined && last.drop > maxDrop
  const reached = minSpeedup !== undefined && speedup(last.gain) >= minSpeedup
  return !tooDeep && !reached
}
