/** Axes of accuracy against latency; the range is that of the points. */
export const latencyAndAccuracy = (latency: string) => ({
  x: {
    field: 'latency',
    type: 'quantitative',
    title: latency,
    scale: { zero: false, padding: 20 },
  },
  y: {
    field: 'accuracy',
    type: 'quantitative',
    title: 'accuracy on test images',
    axis: { format: '.1%' },
    scale: { zero: false, padding: 20 },
  },
})
