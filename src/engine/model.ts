import { type Network, type Weights, weightSpecs } from '../network/index.js'
import { createVariable, type Variable } from './variable.js'

/** A network whose weights live in the engine. */
export interface Model {
  readonly network: Network
  readonly variables: ReadonlyMap<string, Variable>
  /** Those that gradients reach: all but the running statistics of batch norm. */
  readonly trainable: readonly Variable[]
  /** Names of the kernels: what weight decay applies to. */
  readonly kernels: ReadonlySet<string>
}

/** Brings a network's weights into the engine. The network must have weights (`initialize` gives it some). */
export function createModel(network: Network): Model {
  const specs = weightSpecs(network)
  const variables = new Map(
    specs.map(({ name }) => {
      const { shape, data } = network.weights[name]!
      return [name, createVariable(name, shape, data)]
    }),
  )
  return {
    network,
    variables,
    trainable: specs.filter(spec => spec.trainable).map(spec => variables.get(spec.name)!),
    kernels: new Set(specs.filter(spec => spec.kind === 'kernel').map(spec => spec.name)),
  }
}

/** The values of variables as plain named weights. */
export function readVariables(variables: Iterable<Variable>): Weights {
  const weights: Record<string, { shape: readonly number[]; data: Float32Array }> = {}
  for (const variable of variables) {
    const value = variable.read()
    weights[variable.name] = { shape: variable.shape, data: value.dataSync() as Float32Array }
    value.dispose()
  }
  return weights
}

/** The model's network with the weights it has now. */
export const networkOf = ({ network, variables }: Model): Network =>
  Object.freeze({ ...network, weights: readVariables(variables.values()) })

export function disposeModel({ variables }: Model): void {
  for (const variable of variables.values()) variable.dispose()
}
