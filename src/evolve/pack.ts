import { InputError } from '../errors.js'
import type { State } from './state.js'
import { standingOf } from './survival.js'

const SCHEMA = 'tandem-nsga2/1'

/** A state as plain JSON: `JSON.parse(JSON.stringify(packed))` keeps every bit. */
export interface PackedState {
  readonly schema: string
  readonly state: unknown
}

/** Numbers that JSON loses are text under this key; typed arrays are lists under the other. */
const NUMBER = '$number'
const FLOATS = '$float64'

const plainNumber = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)

function encode(value: unknown): unknown {
  if (typeof value === 'number') {
    const plain = plainNumber(value)
    return typeof plain === 'number' ? plain : { [NUMBER]: plain }
  }
  if (value instanceof Float64Array) return { [FLOATS]: Array.from(value, plainNumber) }
  if (Array.isArray(value)) return value.map(encode)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encode(entry)]))
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (typeof value !== 'object' || value === null) return value
  if (NUMBER in value) return Number(value[NUMBER])
  if (FLOATS in value) return Float64Array.from(value[FLOATS] as (number | string)[], Number)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, decode(entry)]))
}

/** Everything but the standing, which follows from the population. */
export function packState({ standing: _, ...state }: State): PackedState {
  return { schema: SCHEMA, state: encode(state) }
}

/** The state that was packed; it goes on exactly as that one would have. Throws InputError for another schema. */
export function unpackState({ schema, state }: PackedState): State {
  if (schema !== SCHEMA)
    throw new InputError(`a packed search of schema "${schema}"; this version reads "${SCHEMA}"`)
  const decoded = decode(state) as Omit<State, 'standing'>
  return { ...decoded, standing: standingOf(decoded.population) }
}
