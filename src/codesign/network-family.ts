import type { CategoricalVariable } from '../evolve/index.js'
import type { Network } from '../network/index.js'
import type { ReportFigure } from '../runs/index.js'

/** What each of a family's variables is in one network, in their order. */
export type Architecture = readonly string[]

/** A part of networks that many share, with the networks whose workloads add up to its own. */
export interface NetworkPart {
  readonly key: string
  readonly networks: () => readonly Network[]
}

/** All networks that a co-design may choose from. */
export interface NetworkFamily {
  readonly name: string
  readonly variables: readonly CategoricalVariable[]
  /** How many architectures there are. */
  readonly size: number
  /** The network that hardware is chosen for where it is chosen first. */
  readonly reference: Architecture
  /** Reads what `format` writes. Throws InputError saying what is wrong. */
  parse(text: string): Architecture
  format(architecture: Architecture): string
  /** The architecture drawn. */
  figure(architecture: Architecture, name: string): ReportFigure
  /** Without weights. Throws NetworkError for an architecture that is no network. */
  network(architecture: Architecture): Network
  /** Parts whose workloads add up to that of `network`; none where the architecture is no network. */
  parts(architecture: Architecture): readonly NetworkPart[]
}

/** The number of an architecture in its family, 0 … size − 1: the last variable changes fastest. */
export function architectureIndex({ variables }: NetworkFamily, architecture: Architecture): number {
  let index = 0
  for (let i = 0; i < variables.length; i++) {
    const { values } = variables[i]!
    index = index * values.length + values.indexOf(architecture[i]!)
  }
  return index
}

/** The architecture of a number. */
export function architectureAt({ variables }: NetworkFamily, index: number): Architecture {
  const chosen: string[] = []
  let rest = index
  for (const { values } of variables.toReversed()) {
    chosen.push(String(values[rest % values.length]))
    rest = Math.floor(rest / values.length)
  }
  return chosen.reverse()
}
