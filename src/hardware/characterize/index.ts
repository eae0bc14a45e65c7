export {
  type CharacterizeJob,
  type CharacterizeOptions,
  type CharacterizeState,
  characterizeJob,
  characterizerSetup,
} from './characterize-job.js'
export { characterizePoint, DEFAULT_SEEDS, type Point, type PointSettings } from './characterize-point.js'
export {
  type Characterizer,
  type CharacterizerSetup,
  createCharacterizer,
  measuredPoint,
} from './characterizer.js'
export type { Library } from './liberty/library.js'
export { readLibrary } from './liberty/read-library.js'
export { ABC_SCRIPT, SynthesisError, synthesisScript } from './netlist/synthesize.js'
export { sampledWords, samplePoints } from './sample-points.js'
