import { readFileSync, statSync } from 'node:fs'
import { type Document, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml'
import type { ZodType, z } from 'zod'
import { ConfigError, InputError } from './errors.js'

const LARGEST_FILE = 10 * 1024 * 1024
const MOST_ALIASES = 100
const MOST_COMPLAINTS = 10

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue
interface Complaint {
  readonly line: number
  readonly text: string
}

/**
 * Reads a YAML file and checks it against `schema`, defaults filled in.
 *
 * Throws InputError when the file is missing, unreadable or larger than 10 MB, and ConfigError (`file:line`) for
 * a syntax error, an unknown key or an impossible value: the key's path, what was expected and what was found.
 */
export function readYaml<T>(file: string, schema: ZodType<T>): T {
  return parseYaml(readText(file), file, schema)
}

/** As `readYaml`, over text that is already in memory; `file` is only the name used in messages. */
export function parseYaml<T>(text: string, file: string, schema: ZodType<T>): T {
  if (text.length > LARGEST_FILE) throw new InputError(`${file}: larger than 10 MB`)
  const lines = new LineCounter()
  const document = parseSyntax(text, file, lines)
  const checked = schema.safeParse(toPlain(document, file), { reportInput: true })
  if (checked.success) return checked.data
  const complaints = checked.error.issues
    .flatMap(issue => explain(issue, schema, document, lines))
    .sort((a, b) => a.line - b.line)
  const [first, ...rest] = complaints.slice(0, MOST_COMPLAINTS)
  const more = rest.map(({ line, text }) => `\n${file}:${line}: ${text}`).join('')
  const left = complaints.length - MOST_COMPLAINTS
  throw new ConfigError(
    `${file}:${first!.line}`,
    first!.text + more + (left > 0 ? `\n… and ${left} more` : ''),
  )
}

function readText(file: string): string {
  try {
    const { size } = statSync(file)
    if (size > LARGEST_FILE)
      throw new InputError(`${file}: ${(size / 2 ** 20).toFixed(1)} MB, larger than 10 MB`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof InputError) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new InputError(`${file}: no such file`)
    if (code === 'EISDIR') throw new InputError(`${file}: is a folder, expected a YAML file`)
    throw new InputError(`${file}: cannot be read (${code ?? error})`)
  }
}

function parseSyntax(text: string, file: string, lineCounter: LineCounter): Document {
  let document: Document
  try {
    document = parseDocument(text, { lineCounter, prettyErrors: false })
  } catch (error) {
    throw new ConfigError(`${file}:1`, `is not readable YAML (${(error as Error).message})`)
  }
  const [wrong] = document.errors
  if (wrong) throw new ConfigError(`${file}:${lineCounter.linePos(wrong.pos[0]).line}`, wrong.message)
  return document
}

function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (error) {
    throw new ConfigError(`${file}:1`, `cannot be expanded: ${(error as Error).message}`)
  }
}

/** One zod issue as sentences with lines. Of a union, the alternative that fits best speaks. */
function explain(issue: Issue, schema: unknown, document: Document, lines: LineCounter): Complaint[] {
  const at = (path: Path, text: string): Complaint => ({
    line: lineOf(document, lines, path),
    text: path.length > 0 ? `${pathText(path)}: ${text}` : text,
  })
  const visit = (issue: Issue, base: Path, schema: unknown): Complaint[] => {
    const path = [...base, ...issue.path]
    const here = schemaAt(schema, issue.path)
    if (issue.code === 'unrecognized_keys') {
      const allowed = allowedKeys(here, issue.input).join(', ')
      return issue.keys.map(key => at([...path, key], `unknown key; allowed here: ${allowed}`))
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const alternatives = optionsOf(here)
      const weights = issue.errors.map(errors => errors.reduce((sum, error) => sum + weight(error), 0))
      const best = weights.indexOf(Math.min(...weights))
      return issue.errors[best]!.flatMap(error => visit(error, path, alternatives[best]))
    }
    return [at(path, `${expectation(issue)}, got ${shown(issue.input)}`)]
  }
  return visit(issue, [], schema)
}

const weight = (issue: Issue) => (issue.code === 'unrecognized_keys' ? issue.keys.length : 1)

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`
    case 'too_small':
    case 'too_big': {
      const [sign, bound] =
        issue.code === 'too_small' ? (['>', issue.minimum] as const) : (['<', issue.maximum] as const)
      const limit = `${sign}${issue.inclusive ? '=' : ''} ${bound}`
      return issue.origin === 'array' || issue.origin === 'string'
        ? `expected a length ${limit}`
        : `expected a number ${limit}`
    }
    case 'invalid_value':
      return `expected ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`
    case 'invalid_key':
      return `impossible key: ${issue.issues.map(expectation).join('; ')}`
    default:
      return issue.message
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const pathText = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('')

/** Line of the deepest node on `path` that exists: of a mapping's entry, the line of its key. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        item => isPair(item) && String((item.key as { value?: unknown })?.value) === String(key),
      )
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else {
      const item = (node as { items?: unknown[] } | null)?.items?.[key as number]
      if (!isNode(item)) break
      offset = item.range?.[0] ?? offset
      node = item
    }
  }
  return Math.max(1, lines.linePos(offset).line)
}

interface Definition {
  readonly innerType?: unknown
  readonly in?: unknown
  readonly element?: unknown
  readonly valueType?: unknown
  readonly shape?: Record<string, unknown>
  readonly options?: readonly unknown[]
}

const definition = (schema: unknown): Definition =>
  (schema as { _zod?: { def: Definition } } | undefined)?._zod?.def ?? {}

/** Strips optional, default and transform wrappers. */
function unwrap(schema: unknown): unknown {
  const { innerType, in: input } = definition(schema)
  return innerType ? unwrap(innerType) : input ? unwrap(input) : schema
}

function schemaAt(schema: unknown, path: Path): unknown {
  const [key, ...rest] = path
  const bare = unwrap(schema)
  if (key === undefined) return bare
  const { shape, element, valueType, options } = definition(bare)
  const next = shape?.[String(key)] ?? element ?? valueType
  if (next) return schemaAt(next, rest)
  return options?.map(option => schemaAt(option, path)).find(found => found !== undefined)
}

/** Keys of an object's schema; of a union, those of the alternative that shares most keys with the input. */
function allowedKeys(schema: unknown, input: unknown): string[] {
  const { shape, options = [] } = definition(unwrap(schema))
  if (shape) return Object.keys(shape)
  const shared = (keys: readonly string[]) => keys.filter(key => Object.hasOwn(input as object, key)).length
  const candidates = options.map(option => allowedKeys(option, input))
  return candidates.sort((a, b) => shared(b) - shared(a))[0] ?? []
}

const optionsOf = (schema: unknown) => definition(unwrap(schema)).options ?? []
