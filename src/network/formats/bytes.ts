const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** The values as little-endian float32 bytes; a view where the machine is little-endian itself. */
export function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return LITTLE_ENDIAN ? bytes : swapped(bytes)
}

/** A copy of little-endian float32 bytes as values. */
export function bytesToFloats(bytes: Uint8Array): Float32Array {
  const copy = LITTLE_ENDIAN ? Uint8Array.from(bytes) : swapped(Uint8Array.from(bytes))
  return new Float32Array(copy.buffer, 0, copy.length / 4)
}

const swapped = (bytes: Uint8Array) => bytes.map((_, index) => bytes[index ^ 3]!)

/** The value of an IEEE 754 binary16. */
export function halfToFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff]
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
