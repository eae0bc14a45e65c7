import type { RandomStream } from '../../src/random.js'
import { MOST_BYTES, mutateBytes } from './mutate.js'
import { branch, isBranch, isList, type Tree } from './tree.js'

const NUMBERS = [
  ...[0, -0, 1, -1, 2, 0.5, -0.5, 7, 255, 256, 65535, 65536],
  ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, 2 ** 60, 2 ** 63, -(2 ** 31), -(2 ** 63)],
  ...[1e-300, 1e300, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
]

/** Names that lead somewhere else, or mean something to JavaScript. */
const NAMES = [
  ...['', '.', '..', '../../outside', '/etc/passwd', 'C:\\outside', 'a/b', '..\\outside', 'a\0b', '~', 'CON'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then'],
  ...['$ref', '$number', '<<', '*', '\u{1f600}', '\ud800', '\u202e', '\n', '"', "'", 'NaN', '1e999', '0x10'],
]

/** Far deeper than any file nests, and less than what writes the tree down can follow. */
const DEEP = 1500
const MOST_COPIES = 2000
const MOST_PLACES = 5000

interface Place {
  readonly tree: Tree
  /** Where it stands; the root has no such place. */
  readonly key?: string | number
  readonly within?: Place
}

/** One change at one place, such as a key left out, a number of an absurd size, names that were swapped. */
export function mutateTree(stream: RandomStream, tree: Tree, other: Tree): Tree {
  const places = placesOf(tree)
  const pick = <T>(list: readonly T[]): T => list[stream.integer(list.length)]!
  const at = pick(places)
  const elsewhere = () => pick(stream.uniform() < 0.7 ? places : placesOf(other)).tree
  const put = (value: Tree) => replaced(at, value)
  const kind = stream.integer(10)
  if (kind === 0) return put(elsewhere())
  if (kind === 1) return put(pick<Tree>([null, true, false, [], {}, '', pick(NUMBERS), pick(NAMES)]))
  if (kind === 2) return put(nested(at.tree, 1 + stream.integer(DEEP), stream.uniform() < 0.5))
  return put(changed(at.tree))

  function changed(value: Tree): Tree {
    if (typeof value === 'number') return number(value)
    if (typeof value === 'string') return text(value)
    if (value instanceof Uint8Array) return mutateBytes(stream, value, value)
    if (isList(value)) return list(value)
    if (isBranch(value)) return keys(value)
    return pick<Tree>([null, true, false, 0, ''])
  }

  /** How often, so that copies of copies do not fill the machine. */
  function copies(value: Tree): number {
    return 1 + stream.integer(Math.min(MOST_COPIES, Math.ceil(MOST_BYTES / weightOf(value))))
  }

  function number(value: number): number {
    return pick([
      pick(NUMBERS),
      value + 1,
      value - 1,
      -value,
      value * 2,
      value / 2,
      value * 1e6,
      pick(NUMBERS),
    ])
  }

  /** Another text of the file, as often as not: names then refer to something that is there, and should not be. */
  function text(value: string): string {
    const texts = places.map(place => place.tree).filter(each => typeof each === 'string')
    const spoiled = () => new TextDecoder().decode(mutateBytes(stream, new TextEncoder().encode(value)))
    const long = () => value.repeat(1 + stream.integer(MOST_COPIES)).slice(0, 20_000)
    return pick([() => pick(texts), () => pick(texts), () => pick(NAMES), spoiled, long])()
  }

  function list(values: readonly Tree[]): Tree {
    const i = stream.integer(Math.max(values.length, 1))
    if (values.length === 0) return [elsewhere()]
    return pick<() => Tree>([
      () => values.toSpliced(i, 1),
      () => values.toSpliced(i, 0, values[i]!),
      () => values.toSpliced(i, 0, elsewhere()),
      () => values.toReversed(),
      () => values.slice(0, i),
      () => Array.from({ length: copies(values[i]!) }, () => values[i]!),
    ])()
  }

  function keys(value: Tree & object): Tree {
    const entries = Object.entries(value) as [string, Tree][]
    if (entries.length === 0) return branch([[pick(NAMES), elsewhere()]])
    const i = stream.integer(entries.length)
    const [key, own] = entries[i]!
    const [, others] = pick(entries)
    return branch(
      pick<() => [string, Tree][]>([
        () => entries.toSpliced(i, 1),
        () => entries.with(i, [pick(NAMES), own]),
        () => [...entries, [pick(NAMES), elsewhere()]],
        () => entries.with(i, [key, others]),
        () => entries.toReversed(),
        () => Array.from({ length: copies(own) }, (_, copy) => [`${key}${copy}`, own]),
      ])(),
    )
  }
}

const nested = (value: Tree, depth: number, lists: boolean): Tree => {
  let around = value
  for (let i = 0; i < depth; i++) around = lists ? [around] : { a: around }
  return around
}

/** About how many bytes a tree takes when it is written down; no more than a little above the most are counted. */
function weightOf(tree: Tree, most = MOST_BYTES): number {
  if (typeof tree === 'string' || tree instanceof Uint8Array) return 1 + tree.length
  if (typeof tree !== 'object' || tree === null) return 1
  let sum = 1
  for (const each of Object.values(tree)) {
    if (sum > most) break
    sum += 1 + weightOf(each, most - sum)
  }
  return sum
}

/** Nodes of the tree, of long lists of numbers a few. */
function placesOf(tree: Tree): readonly Place[] {
  const found: Place[] = [{ tree }]
  for (let at = 0; at < found.length && found.length < MOST_PLACES; at++) {
    const within = found[at]!
    const { tree } = within
    if (isList(tree)) {
      const few = typeof tree[0] === 'number' ? tree.slice(0, 16) : tree
      for (const [key, each] of few.entries()) found.push({ tree: each, key, within })
    } else if (isBranch(tree))
      for (const [key, each] of Object.entries(tree)) found.push({ tree: each, key, within })
  }
  return found
}

/** The whole tree with `value` at a place. */
function replaced({ key, within }: Place, value: Tree): Tree {
  if (within === undefined) return value
  const { tree } = within
  if (isList(tree)) return replaced(within, tree.with(key as number, value))
  const entries = Object.entries(tree as object) as [string, Tree][]
  return replaced(within, branch(entries.map(([name, each]) => [name, name === key ? value : each])))
}
