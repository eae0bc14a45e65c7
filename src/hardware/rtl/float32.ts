const bits = new Uint32Array(1)
const float = new Float32Array(bits.buffer)
const QUIET_NAN = 0x7fc00000
const LEAST_NORMAL = 2 ** -126

export const toFloat = (pattern: number): number => {
  bits[0] = pattern
  return float[0]!
}

export const toBits = (value: number): number => {
  if (Number.isNaN(value)) return QUIET_NAN
  float[0] = value
  return bits[0]!
}

const flushed = (value: number): number => (Math.abs(value) < LEAST_NORMAL ? zero(value) : value)
const zero = (value: number): number => (value < 0 || Object.is(value, -0) ? -0 : 0)

/** An exact double, rounded to 24 bits with unbounded exponent and then flushed below the least normal number. */
const rounded = (exact: number): number => {
  const result = Math.abs(exact) < 2 ** -100 ? Math.fround(exact * 2 ** 100) / 2 ** 100 : Math.fround(exact)
  return flushed(result)
}

/** The product of two float32 bit patterns as fp32_multiply.v gives it: subnormals count as zero, before and after. */
export const multiplyFloat32 = (a: number, b: number): number =>
  toBits(rounded(flushed(toFloat(a)) * flushed(toFloat(b))))

/** The sum of two float32 bit patterns as fp32_add.v gives it. A double sum rounds twice without harm (53 ≥ 2·24+2). */
export const addFloat32 = (a: number, b: number): number =>
  toBits(flushed(Math.fround(flushed(toFloat(a)) + flushed(toFloat(b)))))
