const TAG = '$number'

const SPECIAL: Readonly<Record<string, number>> = Object.freeze({
  Infinity: Infinity,
  '-Infinity': -Infinity,
  NaN: NaN,
  '-0': -0,
})

function replace(key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) throw new TypeError(`${key} is a typed array: it belongs among the tensors`)
  if (typeof value !== 'number') return value
  if (Object.is(value, -0)) return { [TAG]: '-0' }
  return Number.isFinite(value) ? value : { [TAG]: String(value) }
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(TAG in value)) return value
  const tag = value[TAG]
  return typeof tag === 'string' && Object.hasOwn(SPECIAL, tag) ? SPECIAL[tag] : value
}

/** JSON that gives back every number bit for bit: NaN, ±Infinity and −0 too, which plain JSON loses. */
export const exactJson = Object.freeze({
  stringify: (value: unknown): string => JSON.stringify(value, replace) ?? 'null',
  parse: (text: string): unknown => JSON.parse(text, revive),
})
