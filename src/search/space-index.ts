// The part of this room that needs no TensorFlow: spaces, their networks and prices, and how they are searched by default.
export { architectureFigure } from './architecture-figure.js'
export { decode, parseChoice } from './decode.js'
export { describeSpace, type SpaceDescription } from './describe-space.js'
export { FORMULATIONS, type FormulationName, supernetNetwork } from './formulation-names.js'
export { SEARCH_PLAN, type SearchPlan, TRAINING_PLAN } from './search-config.js'
export { type Block, choices, parseSpace, readSpace, type Space, searchable } from './space.js'
export {
  type Architecture,
  checkArchitecture,
  largest,
  randomArchitecture,
  smallest,
  spaceSize,
  uniform,
} from './space-architectures.js'
export { type BlockNetwork, blockNetwork, blockNetworks, fixedNetworks } from './space-networks.js'
export { type SpacePrices, spacePrices } from './space-prices.js'
export { profiledSpace } from './space-profile.js'
