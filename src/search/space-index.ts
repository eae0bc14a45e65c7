// The part of this room that needs no TensorFlow: spaces, their networks and prices, and how they are searched by default.
export { architectureFigure } from './report/architecture-figure.js'
export { SEARCH_PLAN, type SearchPlan, TRAINING_PLAN } from './search-config.js'
export { decode, parseChoice } from './space/decode.js'
export { describeSpace, type SpaceDescription } from './space/describe-space.js'
export { type Block, choices, parseSpace, readSpace, type Space, searchable } from './space/space.js'
export {
  type Architecture,
  checkArchitecture,
  largest,
  randomArchitecture,
  smallest,
  spaceSize,
  uniform,
} from './space/space-architectures.js'
export { type BlockNetwork, blockNetwork, blockNetworks, fixedNetworks } from './space/space-networks.js'
export { type SpacePrices, spacePrices } from './space/space-prices.js'
export { profiledSpace } from './space/space-profile.js'
export { FORMULATIONS, type FormulationName, supernetNetwork } from './supernet/formulation-names.js'
