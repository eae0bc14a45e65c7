import type { Scheme, SchemeName } from '../scheme.js'
import { binaryScheme } from './binary.js'
import { flightnnScheme } from './flightnn.js'
import { integerScheme } from './integer.js'
import { lightnnScheme } from './lightnn.js'

/** Every scheme by its name. */
export const schemes: Readonly<Record<SchemeName, Scheme>> = Object.freeze({
  int16: integerScheme({
    ...{ name: 'int16', peType: 'int16', weightBits: 16, activationBits: 16, steps: 'power-of-two' },
  }),
  int8: integerScheme({ name: 'int8', peType: 'int8', weightBits: 8, activationBits: 8, steps: 'any' }),
  int8x4: integerScheme({ name: 'int8x4', peType: 'int8x4', weightBits: 4, activationBits: 8, steps: 'any' }),
  'lightnn-1': lightnnScheme(1),
  'lightnn-2': lightnnScheme(2),
  flightnn: flightnnScheme,
  binary: binaryScheme(false),
  'binary-scaled': binaryScheme(true),
})
