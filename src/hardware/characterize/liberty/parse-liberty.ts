import { InputError } from '../../../errors.js'

/** One group of a liberty file: `name (args) { attributes; groups }`. */
export interface LibertyGroup {
  readonly name: string
  readonly args: readonly string[]
  /** Simple attributes (`key : value;`); of a repeated one the last counts. Quotes are removed. */
  readonly simple: ReadonlyMap<string, string>
  /** Complex attributes (`key (value, …);`), in the file's order. */
  readonly complex: readonly { readonly name: string; readonly args: readonly string[] }[]
  readonly groups: readonly LibertyGroup[]
  readonly line: number
}

const DEEPEST = 24

const SPACE = 0
const WORD = 1
const MARK = 2

/** Class of every ASCII character; what is neither space nor mark belongs to words. */
const CLASS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 32 || code === 92 /* backslash joins lines */) return SPACE
  return '(){}:;,"'.includes(String.fromCharCode(code)) ? MARK : WORD
})

/**
 * Reads liberty text (the Liberty user guide's syntax: groups, simple and complex attributes, comments, joined
 * lines) into its outermost group. Time and memory grow with the text's length; groups nest 24 deep at most.
 * Throws InputError (`file:line`) where the text is not liberty.
 */
export function parseLiberty(text: string, file: string): LibertyGroup {
  let at = 0
  let line = 1
  const fail = (message: string): never => {
    throw new InputError(`${file}:${line}: not a liberty library: ${message}`)
  }

  const skip = (): void => {
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 10) line++
      else if (code === 47 && text[at + 1] === '*') {
        const end = text.indexOf('*/', at + 2)
        if (end < 0) fail('a comment does not end')
        for (let i = at; i < end; i++) if (text.charCodeAt(i) === 10) line++
        at = end + 1
      } else if (code === 47 && text[at + 1] === '/') {
        const end = text.indexOf('\n', at)
        at = (end < 0 ? text.length : end) - 1
      } else if (code >= 128 || CLASS[code] !== SPACE) return
    }
  }

  /** The next token: a mark as itself, a quoted string or a word as `value`. */
  let value = ''
  const token = (): string => {
    skip()
    if (at >= text.length) return ''
    const start = at
    const first = text[at]!
    if (first === '"') {
      const end = text.indexOf('"', at + 1)
      if (end < 0) fail('a quoted text does not end')
      value = text.slice(at + 1, end)
      for (let i = at; i < end; i++) if (text.charCodeAt(i) === 10) line++
      at = end + 1
      return 'word'
    }
    if (CLASS[first.charCodeAt(0)] === MARK) {
      at++
      return first
    }
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (code < 128 && CLASS[code] !== WORD) break
      at++
    }
    value = text.slice(start, at)
    return 'word'
  }

  const list = (): string[] => {
    const args: string[] = []
    for (;;) {
      const kind = token()
      if (kind === ')') return args
      if (kind === 'word') args.push(value)
      else if (kind !== ',' && kind !== ':') fail(`expected ) and found ${kind || 'the end of the file'}`)
    }
  }

  const body = (name: string, args: readonly string[], depth: number): LibertyGroup => {
    if (depth > DEEPEST) fail(`groups nest deeper than ${DEEPEST}`)
    const start = line
    const simple = new Map<string, string>()
    const complex: { name: string; args: readonly string[] }[] = []
    const groups: LibertyGroup[] = []
    for (;;) {
      const kind = token()
      if (kind === '}') return { name, args, simple, complex, groups, line: start }
      if (kind === ';') continue
      if (kind !== 'word') fail(`expected a name and found ${kind || 'the end of the file'}`)
      const key = value
      const next = token()
      if (next === ':') simple.set(key, simpleValue())
      else if (next === '(') {
        const args = list()
        skip()
        if (text[at] === '{') {
          at++
          groups.push(body(key, args, depth + 1))
        } else complex.push({ name: key, args })
      } else fail(`expected : or ( after ${key}`)
    }
  }

  /** Up to the semicolon or the end of the line (some writers leave the semicolon out). */
  const simpleValue = (): string => {
    if (token() !== 'word') fail('expected a value after :')
    const words = [value]
    const first = line
    for (;;) {
      skip()
      if (at >= text.length || line !== first || text[at] === ';' || text[at] === '}') return words.join(' ')
      const kind = token()
      words.push(kind === 'word' ? value : kind)
    }
  }

  if (token() !== 'word') fail('expected library (name) {')
  const name = value
  if (token() !== '(') fail(`expected ( after ${name.slice(0, 40)}`)
  const args = list()
  if (token() !== '{') fail(`expected { after ${name} (…)`)
  return body(name, args, 0)
}
