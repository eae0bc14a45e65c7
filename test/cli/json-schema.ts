interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly pattern?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean
}

/** Words of JSON Schema that say nothing of a value. */
const NOTES = ['$schema', 'title', 'description', 'default']

type Rule = (value: never, wanted: never, schema: Schema) => boolean

/** The words of draft 7 that Tandem's schemas use; another is an error, so that none is overlooked. */
const RULES: Readonly<Record<string, Rule>> = {
  type: (value: unknown, wanted: string | readonly string[]) =>
    [wanted].flat().some(type => isA(value, type)),
  enum: (value: unknown, wanted: readonly unknown[]) => wanted.includes(value),
  anyOf: (value: unknown, wanted: readonly Schema[]) => wanted.some(schema => accepts(schema, value)),
  minimum: (value: unknown, wanted: number) => typeof value !== 'number' || value >= wanted,
  maximum: (value: unknown, wanted: number) => typeof value !== 'number' || value <= wanted,
  exclusiveMinimum: (value: unknown, wanted: number) => typeof value !== 'number' || value > wanted,
  exclusiveMaximum: (value: unknown, wanted: number) => typeof value !== 'number' || value < wanted,
  pattern: (value: unknown, wanted: string) => typeof value !== 'string' || new RegExp(wanted).test(value),
  items: (value: unknown, wanted: Schema) =>
    !Array.isArray(value) || value.every(item => accepts(wanted, item)),
  minItems: (value: unknown, wanted: number) => !Array.isArray(value) || value.length >= wanted,
  properties: (value: object, wanted: Readonly<Record<string, Schema>>) =>
    Object.entries(value).every(([key, item]) => !(key in wanted) || accepts(wanted[key]!, item)),
  additionalProperties: (value: object, wanted: boolean, { properties = {} }: Schema) =>
    wanted || Object.keys(value).every(key => key in properties),
}

const isA = (value: unknown, type: string): boolean => {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'null') return value === null
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

/** Whether a JSON schema accepts a value, as an editor would judge. Throws for a word that it does not know. */
export function accepts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([word, wanted]) => {
    if (NOTES.includes(word)) return true
    const rule = RULES[word]
    if (rule === undefined) throw new Error(`the schema says "${word}", which this check does not know`)
    return rule(value as never, wanted as never, schema)
  })
}
