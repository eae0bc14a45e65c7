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
