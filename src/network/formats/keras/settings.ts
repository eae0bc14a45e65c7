import { NetworkError } from '../../../errors.js'
import { type Pair, pair } from '../../same-padding.js'

/** What a Keras layer is set to; each method gives the fallback, Keras' default, where the key is absent or null. */
export interface Settings {
  /** The value as it stands, null if absent. */
  raw(key: string): unknown
  number(key: string, fallback?: number): number
  flag(key: string, fallback: boolean): boolean
  text(key: string, fallback: string): string
  /** One number for both, or [height, width]. */
  pair(key: string, fallback?: Pair): readonly [number, number]
  numbers(key: string): readonly number[]
  /** Shape of the input with its batch, under any of Keras' names for it. */
  batchShape(): readonly (number | null)[] | undefined
}

/** Throws NetworkError if `config` is no object; the methods throw one that names the layer and the key. */
export function settings(layer: string, config: unknown): Settings {
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new NetworkError(`layer "${layer}": its config is not an object`)
  const values = config as Record<string, unknown>
  const raw = (key: string): unknown => (Object.hasOwn(values, key) ? values[key] : null) ?? null
  const wrong = (key: string, expected: string): never => {
    const got = raw(key) === null ? 'nothing' : JSON.stringify(raw(key))
    throw new NetworkError(`layer "${layer}": ${key} must be ${expected}, got ${got}`)
  }
  const get = <T>(
    key: string,
    fallback: T | undefined,
    is: (value: unknown) => value is T,
    what: string,
  ): T => {
    const value = raw(key) ?? fallback
    return is(value) ? value : wrong(key, what)
  }
  return {
    raw,
    number: (key, fallback) => get(key, fallback, isNumber, 'a number'),
    flag: (key, fallback) => get(key, fallback, value => typeof value === 'boolean', 'true or false'),
    text: (key, fallback) => get(key, fallback, value => typeof value === 'string', 'text'),
    pair: (key, fallback) => pair(get(key, fallback, isPair, 'a number or two')),
    numbers(key) {
      const value = raw(key)
      const list = Array.isArray(value) ? value.flat(8) : [value]
      return list.every(isNumber) ? list : wrong(key, 'a number or a list of them')
    },
    batchShape() {
      const key = ['batch_input_shape', 'batch_shape'].find(key => raw(key) !== null)
      if (!key) return undefined
      return get(key, undefined, isShape, 'a list of sizes')
    },
  }
}

const isNumber = (value: unknown): value is number => Number.isFinite(value)

const isPair = (value: unknown): value is Pair =>
  isNumber(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber))

const isShape = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.every(size => size === null || Number.isSafeInteger(size))
