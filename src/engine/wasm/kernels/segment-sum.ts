import { tf } from '../../tensorflow.js'
import { view } from '../heap.js'
import { kernel } from '../kernel.js'

/** Sums the rows of x, [n, …], that have the same of `numSegments` numbers: the gradient of `gather`. */
export const segmentSum = kernel('UnsortedSegmentSum', ({ inputs: { x, segmentIds }, attrs }) => {
  const segments = segmentIds!.dataSync()
  const sums = tf.zeros([attrs['numSegments'] as number, ...x!.shape.slice(1)])
  const run = x!.size / segments.length
  const [values, into] = [view(x!), view(sums)]
  for (const [row, segment] of segments.entries())
    for (let i = 0; i < run; i++) into[segment * run + i]! += values[row * run + i]!
  return sums
})
