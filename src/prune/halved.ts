import type { Network } from '../network/index.js'
import { channelsOf } from './channels.js'
import { criteria } from './criteria/criteria.js'
import { groupsOf } from './groups.js'
import type { PruneConfig } from './prune-config.js'
import { removalOrder, removedAtoms } from './removal-order.js'
import { prune } from './surgery.js'

/**
 * The structure of a network from which half of what may go is gone, the same share of every group: what a pruned one is
 * like before there is one, as far as the time of a step goes.
 */
export async function halved(
  network: Network,
  { keep, keepAtLeast, roundTo, reduce }: Pick<PruneConfig, 'keep' | 'keepAtLeast' | 'roundTo' | 'reduce'>,
): Promise<Network> {
  const channels = channelsOf(network, { keep })
  const groups = groupsOf(network, channels)
  const scores = await criteria.uniform.score({ network, channels, reduce, seed: 0 })
  const order = removalOrder(groups, scores, keepAtLeast)
  const dead = removedAtoms(order, order.length >> 1, groups, roundTo)
  return prune({ ...network, weights: {} }, dead, channels)
}
