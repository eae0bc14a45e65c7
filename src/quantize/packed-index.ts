/** Packed files: loads no TensorFlow. */
export { isPacked, type PackedNetwork, type PackedSizes, readPacked } from './packed/read-packed.js'
