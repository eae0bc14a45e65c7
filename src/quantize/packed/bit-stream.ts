/** Bytes that `count` numbers of `bits` bits take. */
export const streamBytes = (count: number, bits: number): number => Math.ceil((count * bits) / 8)

/** Whole numbers from 0 to 2^bits − 1, side by side, each and the bytes from their lowest bit. bits: 1, 4, 8 or 16. */
export function packBits(numbers: ArrayLike<number>, bits: number): Uint8Array {
  const bytes = new Uint8Array(streamBytes(numbers.length, bits))
  for (let i = 0; i < numbers.length; i++) {
    const [at, number] = [i * bits, numbers[i]!]
    bytes[at >> 3]! |= number << (at & 7)
    if (bits === 16) bytes[(at >> 3) + 1] = number >> 8
  }
  return bytes
}

/** The numbers again; undefined where bits behind the last are not 0. */
export function unpackBits(bytes: Uint8Array, count: number, bits: number): Uint16Array | undefined {
  const mask = 2 ** bits - 1
  const numbers = new Uint16Array(count)
  for (let i = 0; i < count; i++) {
    const at = i * bits
    const high = bits === 16 ? bytes[(at >> 3) + 1]! << 8 : 0
    numbers[i] = ((bytes[at >> 3]! >> (at & 7)) | high) & mask
  }
  const used = (count * bits) & 7
  return used > 0 && bytes.at(-1)! >> used !== 0 ? undefined : numbers
}
