/** A product of variables as their indices, ascending: [0, 0, 2] is z₀²z₂, [] is 1. */
export type Monomial = readonly number[]

/** All monomials of exactly the given degree in the given variables: (n + d − 1 over d) of them. */
export function monomialsOf(variables: readonly number[], degree: number): readonly Monomial[] {
  if (degree === 0) return [[]]
  return variables.flatMap((variable, i) =>
    monomialsOf(variables.slice(i), degree - 1).map(rest => [variable, ...rest]),
  )
}

/** All monomials up to a degree, the lower degrees first. */
export const monomialsUpTo = (variables: readonly number[], degree: number): readonly Monomial[] =>
  Array.from({ length: degree + 1 }, (_, d) => monomialsOf(variables, d)).flat()

/** The monomial's value where the variables have the values `z`. */
export function monomialValue(monomial: Monomial, z: ArrayLike<number>): number {
  let product = 1
  for (const variable of monomial) product *= z[variable]!
  return product
}
