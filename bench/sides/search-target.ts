import { readTable } from '../../src/cost/index.js'
import { cheapest, exactPrice, largest, latencyPrice, readSpace, type Space } from '../../src/search/index.js'
import type { BenchOptions } from '../bench.js'

/** A latency to be searched for. */
export interface SearchTarget {
  readonly space: Space
  /** Of an architecture, in ms. */
  readonly latency: (architecture: readonly string[]) => number
  /** What is asked for, in ms. */
  readonly bound: number
  /** The options of `tandem search` that say so. */
  readonly where: readonly string[]
}

/**
 * The latency at `--target` (0.5) of the way from the cheapest network of `--space` (cifar10-mbconv) to its largest, by
 * `--on` (table:xeon-cifar10-mbconv).
 */
export function targetOf(options: BenchOptions): SearchTarget {
  const { space: file = 'cifar10-mbconv', on = 'table:xeon-cifar10-mbconv' } = options
  const share = Number(options['target'] ?? 0.5)
  if (!(share > 0 && share <= 1))
    throw new RangeError(`--target takes a number above 0 and up to 1, got ${options['target']}`)
  if (!on.startsWith('table:')) throw new RangeError(`--on takes table:FILE here, got "${on}"`)
  const space = readSpace(file)
  const price = latencyPrice(space, readTable(on.slice('table:'.length)))
  const latency = (architecture: readonly string[]) => exactPrice(price, space, architecture)
  const [from, to] = [latency(cheapest(space, price)), latency(largest(space))]
  const bound = Number((from + share * (to - from)).toPrecision(4))
  return {
    ...{ space, latency, bound },
    where: ['--space', file, '--on', on, '--constraint', `latency<=${bound}ms`],
  }
}

/** Those options of a benchmark that a command takes by the same name. */
export const passed = (options: BenchOptions, names: readonly string[]): readonly string[] =>
  names.flatMap(name => (options[name] === undefined ? [] : [`--${name}`, options[name]]))
