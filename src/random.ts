/** Part of the path that names a random stream: a purpose, an epoch, an index. */
export type RandomPath = readonly (string | number)[]

/** A stream of random numbers, fully determined by its seed and path. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 random bits. */
  uniform(): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** Uniform integer in [0, n). */
  integer(n: number): number
  /** A permutation of 0 … n−1 (Fisher–Yates). */
  permutation(n: number): Int32Array
}

const mulHigh = (a: number, b: number): number => {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const mid = a1 * b0 + ((a0 * b0) >>> 16)
  return (a1 * b1 + Math.floor(mid / 65536) + Math.floor(((mid % 65536) + a0 * b1) / 65536)) >>> 0
}

/**
 * One block of Philox 4×32-10 (Salmon et al., SC'11): four 32-bit words from a 128-bit counter
 * and a 64-bit key.
 */
export function philox(counter: ArrayLike<number>, key: ArrayLike<number>): Uint32Array {
  let [c0, c1, c2, c3] = [counter[0]! >>> 0, counter[1]! >>> 0, counter[2]! >>> 0, counter[3]! >>> 0]
  let [k0, k1] = [key[0]! >>> 0, key[1]! >>> 0]
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0) >>> 0
    const high1 = mulHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0
    ;[c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0]
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return Uint32Array.of(c0, c1, c2, c3)
}

/** A 64-bit key of seed and path: FNV-1a over a tagged text form, two lanes, finalised by murmur's mixer. */
function keyOf(seed: number, path: RandomPath): [number, number] {
  const text = [seed, ...path].map(part => `${typeof part === 'number' ? 'n' : 's'}${part}`).join('\u0000')
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
    b = (b << 13) | (b >>> 19)
  }
  const mix = (h: number) => {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return (h ^ (h >>> 16)) >>> 0
  }
  return [mix(a), mix(b)]
}

/**
 * The random stream named by `seed` and `path`, e.g. `random(7, 'augment', epoch, index)`.
 * Counter-based: equal arguments give equal numbers, whatever else has been drawn anywhere.
 */
export function random(seed: number, ...path: RandomPath): RandomStream {
  const key = keyOf(seed, path)
  const counter = new Uint32Array(4)
  let block = new Uint32Array(4)
  let used = 4
  let spare: number | undefined

  const next = (): number => {
    if (used === 4) {
      block = philox(counter, key) as Uint32Array<ArrayBuffer>
      counter[0] = counter[0]! + 1
      if (counter[0] === 0) counter[1] = counter[1]! + 1
      used = 0
    }
    return block[used++]!
  }
  const uniform = () => next() / 4294967296

  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log((next() + 1) / 4294967297))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  const integer = (n: number) => Math.floor(uniform() * n)

  const permutation = (n: number) => {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1)
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    return order
  }

  return { uniform, normal, integer, permutation }
}
