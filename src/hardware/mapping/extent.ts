/**
 * Rows (or columns) of the ifmap that `outputs` neighbouring output rows read under a kernel of `kernel` rows:
 * a span, or, when the stride leaves rows out, only those that a kernel touches.
 */
export function extent(outputs: number, kernel: number, stride: number, dilation: number): number {
  const span = (outputs - 1) * stride + (kernel - 1) * dilation + 1
  const touched = outputs * kernel
  return Math.min(span, touched)
}

/** The same summed over tiles of `tile` outputs that cover `outputs`, the last one maybe smaller. */
export function tiledExtent(
  outputs: number,
  tile: number,
  kernel: number,
  stride: number,
  dilation: number,
): number {
  const whole = Math.floor(outputs / tile)
  const rest = outputs - whole * tile
  const last = rest > 0 ? extent(rest, kernel, stride, dilation) : 0
  return whole * extent(tile, kernel, stride, dilation) + last
}
