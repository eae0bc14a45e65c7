/** A tensor whose values are known while reading. Integers and booleans are held as doubles. */
export interface Constant {
  readonly kind: 'constant'
  /** What errors call it: the name of the tensor that it came from. */
  readonly name: string
  readonly dims: readonly number[]
  readonly type: 'float' | 'integer' | 'boolean'
  readonly data: Float32Array | Float64Array
  /** Of signed integers as they stand in the file; known where a tensor was read and not computed. */
  readonly bits?: number
}

export const volume = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1)

export const integers = (
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Constant => ({
  kind: 'constant',
  name,
  dims,
  type: 'integer',
  data: Float64Array.from(values),
})

/** The only value of a constant; undefined where it has none or several. */
export const scalarOf = (constant: Constant | undefined): number | undefined =>
  constant?.data.length === 1 ? constant.data[0] : undefined

/**
 * The shortest decimal that is this float32: 1e-5 for 0.000009999999747378752. Attributes are float32 in the file,
 * but were written as decimals.
 */
export function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits))
    if (Math.fround(decimal) === Math.fround(value)) return decimal
  }
  return value
}
