/** Images of one split: NHWC bytes in shared memory (threads read them without a copy), one label each. */
export interface Images {
  readonly count: number
  /** count × height × width × channels bytes. */
  readonly pixels: Uint8Array<SharedArrayBuffer>
  /** count class indices. */
  readonly labels: Uint16Array<SharedArrayBuffer>
}

/** A classification data set held in memory. The network's input is (pixel / 255 − mean) / std, per channel. */
export interface Dataset {
  readonly name: string
  readonly classes: readonly string[]
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number]
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly train: Images
  readonly test: Images
}
