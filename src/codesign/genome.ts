import { InputError } from '../errors.js'
import { encodeGenome, type Genome, type Variable } from '../evolve/index.js'
import { type AcceleratorSpace, countAccelerators } from '../hardware/index.js'
import type { Architecture, NetworkFamily } from './network-family.js'

/** A network and what it runs on, whose PE type is the network's quantization scheme too (`SCHEME_OF`). */
export interface Design {
  readonly architecture: Architecture
  /** Number of the accelerator in its space. */
  readonly accelerator: number
}

/** Genomes of designs: the network's variables, then one for every knob that has more than one value. */
export interface DesignGenome {
  readonly variables: readonly Variable[]
  /** Of these, the first are the network's. */
  readonly networkVariables: NetworkFamily['variables']
  readonly knobVariables: readonly Variable[]
  design(genome: ArrayLike<number>): Design
  /** Exact inverse of `design`. Throws InputError for a design that is not of the two spaces. */
  genome(design: Design): Genome
  /** The two halves alone: of a whole genome's numbers, those from `start` on. */
  architectureOf(genome: ArrayLike<number>, start?: number): Architecture
  acceleratorOf(genome: ArrayLike<number>, start?: number): number
  knobsOf(accelerator: number): readonly (string | number)[]
}

/**
 * Numbers are ordinals, in ascending order however the file has them, `max` after all clocks; the PE type and the
 * scratchpads' technology are categories.
 */
export function designGenome(family: NetworkFamily, accelerators: AcceleratorSpace): DesignGenome {
  const knobs = knobsOf(accelerators)
  const free = knobs.filter(({ values }) => values.length > 1)
  const knobVariables = free.map(({ variable }) => variable)
  const networkVariables = family.variables
  const variables: readonly Variable[] = [...networkVariables, ...knobVariables]

  const architectureOf = (genome: ArrayLike<number>, start = 0): Architecture =>
    networkVariables.map(({ values }, i) => values[genome[start + i]!] as string)
  const acceleratorOf = (genome: ArrayLike<number>, start = 0): number => {
    let accelerator = 0
    for (const [i, { steps }] of free.entries()) accelerator += steps[genome[start + i]!]!
    return accelerator
  }
  const values = (accelerator: number) =>
    free.map(({ variable, stride, values, order }) => {
      const position = Math.floor(accelerator / stride) % values.length
      return variable.values[order.indexOf(position)]!
    })
  return {
    variables,
    networkVariables,
    knobVariables,
    design: genome => ({
      architecture: architectureOf(genome),
      accelerator: acceleratorOf(genome, networkVariables.length),
    }),
    genome({ architecture, accelerator }) {
      const count = countAccelerators(accelerators)
      if (!(Number.isInteger(accelerator) && accelerator >= 0 && accelerator < count))
        throw new InputError(`${accelerators.name} has accelerators 0 to ${count - 1}, not ${accelerator}`)
      if (architecture.length !== networkVariables.length)
        throw new InputError(
          `an architecture of ${family.name} has ${networkVariables.length} choices, not ${architecture.length}`,
        )
      return encodeGenome(variables, [...architecture, ...values(accelerator)])
    },
    architectureOf,
    acceleratorOf,
    knobsOf: values,
  }
}

/** A knob as a variable, and how its values make up the number of an accelerator (`acceleratorAt`). */
function knobsOf({ knobs }: AcceleratorSpace) {
  let stride = 1
  return knobs
    .toReversed()
    .map(({ knob, values }) => {
      const own = stride
      stride *= values.length
      const ordered = knob !== 'peType' && knob !== 'scratchpads'
      const order = [...values.keys()]
      if (ordered) order.sort((a, b) => numberOf(values[a]!) - numberOf(values[b]!))
      const sorted = order.map(position => values[position]!)
      const kind = ordered ? ('ordinal' as const) : ('categorical' as const)
      return {
        variable: { kind, name: knob, values: sorted },
        values,
        /** Of each of the variable's values, its position in the file. */
        order,
        stride: own,
        steps: order.map(position => position * own),
      }
    })
    .toReversed()
}

const numberOf = (value: string | number): number => (typeof value === 'number' ? value : Infinity)
