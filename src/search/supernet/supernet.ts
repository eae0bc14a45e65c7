import {
  createModel,
  createVariable,
  disposeModel,
  type Execution,
  type Model,
  readVariables,
  type Tensor,
  type Variable,
} from '../../engine/index.js'
import { initialize, type Network, type Weights } from '../../network/index.js'
import type { BlockMargins } from '../decision/decide.js'
import { decode } from '../space/decode.js'
import { type Space, searchable } from '../space/space.js'
import { largest } from '../space/space-architectures.js'
import { decideSqueeze, squeezeKernels, squeezeNorm, squeezeOutputs } from './squeeze.js'
import {
  type Gated,
  type GateOptions,
  gate,
  gatedOutputs,
  type Keep,
  partNorms,
  type Superkernel,
  superkernel,
  type Thresholds,
} from './superkernel.js'

/** The thresholds of one block, trained like weights. */
export interface BlockThresholds {
  readonly kernel: Variable
  readonly expansion: Variable
  /** Where the block may have squeeze-and-excitation. */
  readonly squeeze?: Variable
}

/** Norm of each decision's part at the start. */
export type References = GateOptions['reference'] & { readonly squeeze?: number }

/**
 * The single-path supernet: the largest network of the space, in which every searchable block's depthwise kernel is
 * a superkernel. A candidate is the same network with another kernel in its place, so all candidates share all
 * weights and a step costs what a step of the largest network costs, and the gates.
 */
export interface Supernet {
  readonly space: Space
  readonly network: Network
  readonly model: Model
  readonly superkernels: readonly Superkernel[]
  readonly thresholds: readonly BlockThresholds[]
  readonly references: readonly References[]
}

/** Name of the gated weight of a block. */
export const gatedWeight = ({ block }: Superkernel): string => `${block.name}/depthwise/kernel`

/**
 * A supernet with weights drawn by `seed` and all thresholds 0, so that every decision is open; or, with `packed`, as
 * `packSupernet` left it. The references are the norms of the drawn weights in both cases.
 */
export function createSupernet(space: Space, seed: number, packed?: Weights): Supernet {
  const drawn = initialize(decode(space, largest(space)), seed)
  const network = packed ? { ...drawn, weights: packed } : drawn
  const superkernels = searchable(space).map(superkernel)
  const references = superkernels.map((kernel): References => {
    const parts = partNorms(kernel, drawn.weights[gatedWeight(kernel)]!.data)
    const { block } = kernel
    return block.canSqueeze ? { ...parts, squeeze: squeezeNorm(block, drawn.weights) } : parts
  })
  const threshold = (name: string, length: number) =>
    createVariable(name, [length], packed?.[name]?.data ?? new Float32Array(length))
  const thresholds = superkernels.map(({ block }) => ({
    kernel: threshold(`${block.name}/thresholds/kernel`, block.kernels.length - 1),
    expansion: threshold(`${block.name}/thresholds/expansion`, block.expansions.length),
    ...(block.canSqueeze && { squeeze: threshold(`${block.name}/thresholds/squeeze`, 1) }),
  }))
  return { space, network, model: createModel(network), superkernels, thresholds, references }
}

export const thresholdVariables = ({ thresholds }: Supernet): Variable[] =>
  thresholds.flatMap(({ kernel, expansion, squeeze }) => [kernel, expansion, ...(squeeze ? [squeeze] : [])])

/** The thresholds of every block; `value` gives them by name. */
export const thresholdsOf = ({ thresholds }: Supernet, value: (name: string) => Tensor): Thresholds[] =>
  thresholds.map(({ kernel, expansion, squeeze }) => ({
    kernel: value(kernel.name),
    expansion: value(expansion.name),
    ...(squeeze && { squeeze: value(squeeze.name) }),
  }))

export const packSupernet = (supernet: Supernet): Weights =>
  readVariables([...supernet.model.variables.values(), ...thresholdVariables(supernet)])

export function disposeSupernet(supernet: Supernet): void {
  disposeModel(supernet.model)
  for (const variable of thresholdVariables(supernet)) variable.dispose()
}

/** Gates every block; `value` gives kernels and thresholds by name. To be called within tf.tidy. */
export function gateAll(
  { superkernels, thresholds, references }: Supernet,
  value: (name: string) => Tensor,
  temperature: number,
  keep?: readonly Keep[],
): Gated[] {
  return superkernels.map((kernel, b) => {
    const { kernel: t, expansion, squeeze } = thresholds[b]!
    const gated = gate(
      kernel,
      value(gatedWeight(kernel)),
      { kernel: value(t.name), expansion: value(expansion.name) },
      { reference: references[b]!, temperature, ...(keep && { keep: keep[b]! }) },
    )
    if (!squeeze) return gated
    const kept = keep?.[b]?.squeeze
    const { gate: squeezeGate, margin } = decideSqueeze(
      squeezeKernels(kernel.block).map(value),
      value(squeeze.name),
      { reference: references[b]!.squeeze!, temperature, ...(kept && { keep: kept }) },
    )
    return { ...gated, squeezeGate, margins: { ...gated.margins, squeeze: margin } }
  })
}

/** What a block's gates make of it: all that executing the candidate asks of them. */
export type Cut = Pick<Gated, 'kernel' | 'channelGates' | 'blockGate' | 'squeezeGate'>

/**
 * How `execute` runs the supernet's network as the gates cut it: the candidate's kernels in place of the
 * superkernels, and outputs as decided. `value` as for `gateAll`.
 */
export function gatedExecution(
  { superkernels }: Pick<Supernet, 'superkernels'>,
  gated: readonly Cut[],
  value: (name: string) => Tensor,
): Pick<Execution, 'weight' | 'output'> {
  const kernels = new Map(superkernels.map((kernel, b) => [gatedWeight(kernel), gated[b]!.kernel]))
  const outputs = new Map(
    superkernels.flatMap(({ block }, b) => {
      const { squeezeGate } = gated[b]!
      return [...gatedOutputs(block, gated[b]!), ...(squeezeGate ? squeezeOutputs(block, squeezeGate) : [])]
    }),
  )
  return {
    weight: name => kernels.get(name) ?? value(name),
    output: (layer, output) => outputs.get(layer)?.(output) ?? output,
  }
}

/** The margins of all decisions as plain numbers. */
export const readMargins = (gated: readonly Gated[]): BlockMargins[] =>
  gated.map(({ margins }) => ({
    kernel: [...margins.kernel.dataSync()],
    expansion: [...margins.expansion.dataSync()],
    ...(margins.squeeze && { squeeze: margins.squeeze.dataSync()[0]! }),
  }))

/** The thresholds of all decisions as plain numbers. */
export function readThresholds({ thresholds }: Supernet): BlockMargins[] {
  const numbers = (variable: Variable) => [...readVariables([variable])[variable.name]!.data]
  return thresholds.map(({ kernel, expansion, squeeze }) => ({
    kernel: numbers(kernel),
    expansion: numbers(expansion),
    ...(squeeze && { squeeze: numbers(squeeze)[0]! }),
  }))
}
