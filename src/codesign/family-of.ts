import type { Nasbench201Operation } from '../network/index.js'
import type { Space } from '../search/space-index.js'
import { blocksFamily } from './blocks-family.js'
import { nasbench201Family } from './nasbench201-family.js'
import type { NetworkFamily } from './network-family.js'

/** A family of networks as plain JSON. */
export type FamilyConfig =
  | { readonly kind: 'nasbench201'; readonly operations?: readonly Nasbench201Operation[] }
  | { readonly kind: 'blocks'; readonly space: Space }

export const familyOf = (config: FamilyConfig): NetworkFamily =>
  config.kind === 'blocks' ? blocksFamily(config.space) : nasbench201Family(config.operations)
