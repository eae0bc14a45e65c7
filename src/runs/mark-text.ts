type Spec = Readonly<Record<string, unknown>>

/** A field of a datum as it is told: its name, and whether it is a share. */
type Told = readonly [field: string, name: string, share: boolean]

/**
 * What is told of a mark as an expression of vega: `latency, ms: 1.5; design: design-03`. Fields that the datum lacks are left
 * out; numbers are as in tables.
 */
export function markText(told: readonly Told[]): string {
  if (told.length === 0) return '""'
  const parts = told.map(([field, name, share]) => {
    const value = `datum[${JSON.stringify(field)}]`
    const number = share
      ? `format(${value}, ".1%")`
      : `(${value} === floor(${value}) || abs(${value}) >= 1e4 ? format(${value}, ",.0f") : format(${value}, ".4~g"))`
    const text = `isNumber(${value}) ? ${number} : isBoolean(${value}) ? (${value} ? "yes" : "no") : ${value}`
    return `(isValid(${value}) && ${value} !== "" ? ${JSON.stringify(`; ${name}: `)} + (${text}) : "")`
  })
  return `substring(${parts.join(' + ')}, 2)`
}

/** Channels that say how a mark looks or stands, not what it is. */
const UNTOLD = new Set(['href', 'url', 'order', 'opacity', 'description', 'x2', 'y2', 'text', 'sort'])
/** Marks that stand for more than one datum, or that repeat one in words. */
const SILENT = new Set(['rule', 'text'])
const PARTS = ['layer', 'hconcat', 'vconcat', 'concat']

/**
 * A specification whose marks tell their datum: the fields of `tooltip` where a part of it has one, otherwise those of its
 * channels and facets.
 */
export function telling(spec: Spec, above: readonly Told[] = []): Spec {
  const outer = [...above, ...toldBy(spec['facet'])]
  const inner: Record<string, unknown> = { ...spec }
  for (const part of PARTS)
    if (Array.isArray(spec[part])) inner[part] = (spec[part] as Spec[]).map(each => telling(each, outer))
  if (isSpec(spec['spec'])) inner['spec'] = telling(spec['spec'], outer)
  if (!('mark' in spec)) return inner
  const mark = isSpec(spec['mark']) ? spec['mark'] : { type: spec['mark'] }
  if (SILENT.has(String(mark['type']))) return { ...inner, mark: { ...mark, aria: false } }
  const encoding = isSpec(spec['encoding']) ? spec['encoding'] : {}
  const own = Array.isArray(encoding['tooltip'])
    ? encoding['tooltip'].flatMap(each => toldOf(each))
    : [...outer, ...toldBy(encoding)]
  const { tooltip: _, ...channels } = encoding
  const description = { value: { expr: markText(unique(own)) } }
  return { ...inner, encoding: { ...channels, description } }
}

const isSpec = (value: unknown): value is Spec =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of the channels of an encoding, or of a facet that is a channel itself. */
function toldBy(encoding: unknown): readonly Told[] {
  if (!isSpec(encoding)) return []
  if ('field' in encoding) return toldOf(encoding)
  return Object.entries(encoding).flatMap(([channel, definition]) =>
    UNTOLD.has(channel) ? [] : [definition].flat().flatMap(toldOf),
  )
}

function toldOf(definition: unknown): readonly Told[] {
  if (!isSpec(definition)) return []
  const { field, title, format, axis, aggregate } = definition
  if (typeof field !== 'string' || aggregate !== undefined) return []
  const pattern = format ?? (isSpec(axis) ? axis['format'] : undefined)
  return [[field, nameOf(title) ?? field, typeof pattern === 'string' && pattern.endsWith('%')]]
}

/** A title without what it explains in brackets. */
const nameOf = (title: unknown): string | undefined =>
  typeof title === 'string' ? title.replace(/\s*\(.*\)$/, '') || undefined : undefined

const unique = (told: readonly Told[]): readonly Told[] => [
  ...new Map(told.map(each => [each[0], each])).values(),
]
