import type { Rule } from './editor.js'

/** A global average that is flattened at once gives a vector itself. */
export const flattenedAverage: Rule = (layer, editor) => {
  if (layer.type !== 'flatten') return
  const before = editor.producer(layer.inputs[0])
  if (before?.type !== 'globalAveragePool' || editor.readers(before.name) !== 1) return
  if (!editor.together(before, layer)) return
  editor.replace({ ...before, keepSpatial: false })
  editor.remove(layer, before.name)
}

/** Steps of steps, as along rows and then along columns, are one `subsample`. */
export const subsampleOfSubsample: Rule = (layer, editor) => {
  if (layer.type !== 'subsample') return
  const before = editor.producer(layer.inputs[0])
  if (before?.type !== 'subsample' || editor.readers(before.name) !== 1) return
  const [[height, width], [down, across]] = [before.strides, layer.strides]
  editor.replace({ ...before, strides: [height * down, width * across] })
  editor.remove(layer, before.name)
}
