import { FEATURES, type Feature } from './features.js'

/**
 * A polynomial over scaled features: Σ c · Π z_v with z_v = (feature_v − centre_v) / scale_v. Each term is its
 * coefficient followed by the indices of its variables: [0.5, 0, 0, 2] is 0.5·z₀²·z₂. Plain data.
 */
export interface Polynomial {
  readonly variables: readonly Feature[]
  readonly centre: readonly number[]
  readonly scale: readonly number[]
  readonly terms: readonly (readonly number[])[]
  /** The polynomial predicts the natural logarithm of the figure. */
  readonly log: boolean
  /**
   * No prediction is smaller: half the smallest figure seen. Between points at the edge of the domain a plain
   * polynomial may dip to 0 and below, and a search would run straight there.
   */
  readonly floor: number
}

/** The value of a polynomial from features in the order of FEATURES. */
export type Evaluate = (features: Float64Array) => number

/** Prepares a polynomial for evaluation; nothing is allocated afterwards. Each monomial costs one product and one sum. */
export function compilePolynomial({ variables, centre, scale, terms, log, floor }: Polynomial): Evaluate {
  const index = Int32Array.from(variables, variable => FEATURES.indexOf(variable))
  const nodes = nodesOf(terms)
  const parent = Int32Array.from(nodes, node => node.parent)
  const factor = Int32Array.from(nodes, node => node.variable)
  const coefficient = Float64Array.from(nodes, node => node.coefficient)
  const [middle, width] = [Float64Array.from(centre), Float64Array.from(scale)]
  const z = new Float64Array(variables.length)
  const value = new Float64Array(nodes.length)
  value[0] = 1
  return features => {
    for (let v = 0; v < z.length; v++) z[v] = (features[index[v]!]! - middle[v]!) / width[v]!
    let sum = coefficient[0]!
    for (let n = 1; n < value.length; n++) {
      const product = value[parent[n]!]! * z[factor[n]!]!
      value[n] = product
      sum += coefficient[n]! * product
    }
    const figure = log ? Math.exp(sum) : sum
    return figure < floor ? floor : figure
  }
}

interface Node {
  readonly parent: number
  readonly variable: number
  coefficient: number
}

/** Terms as a tree in which each monomial is its parent times one variable; node 0 is the constant. */
function nodesOf(terms: Polynomial['terms']): readonly Node[] {
  const nodes: Node[] = [{ parent: 0, variable: 0, coefficient: 0 }]
  const at = new Map<string, number>([['', 0]])
  const find = (monomial: readonly number[]): number => {
    const known = at.get(monomial.join())
    if (known !== undefined) return known
    nodes.push({ parent: find(monomial.slice(0, -1)), variable: monomial.at(-1)!, coefficient: 0 })
    at.set(monomial.join(), nodes.length - 1)
    return nodes.length - 1
  }
  for (const [coefficient, ...monomial] of terms) {
    const node = find(monomial)
    nodes[node]!.coefficient += coefficient!
  }
  return nodes
}
