import type { Layer, Pad, Padding } from '../../../../network.js'
import type { Editor, Rule } from './editor.js'

const sum = (a: Padding, b: Padding) => a.map((size, side) => size + b[side]!) as unknown as Padding

/** Functions whose result is never negative: among such values a padding zero never wins a maximum. */
const POSITIVE: ReadonlySet<string> = new Set(['relu', 'relu6', 'sigmoid', 'hardSigmoid'])

/** The reader with the padding taken in; undefined where that would change what it computes. */
function padded(reader: Layer, { padding, inputs }: Pad, editor: Editor): Layer | undefined {
  if (reader.type === 'conv') return { ...reader, inputs, padding: sum(reader.padding, padding) }
  if (reader.type !== 'pool') return undefined
  const all = sum(reader.padding, padding)
  const [height, width] = reader.kernel
  if (Math.max(all[0], all[1]) >= height || Math.max(all[2], all[3]) >= width) return undefined
  const before = editor.producer(inputs[0])
  const positive = before?.type === 'activation' && POSITIVE.has(before.function)
  const counts = reader.includePadding || reader.padding.every(size => size === 0)
  if (reader.function === 'max' ? !positive : !counts) return undefined
  return { ...reader, inputs, padding: all, includePadding: reader.function === 'average' }
}

/** Padding of its own becomes that of the convolutions and pools that read it, where all of them can take it. */
export const padding: Rule = (layer, editor) => {
  if (layer.type !== 'pad') return
  const taken = editor.consumers(layer.name).map(reader => padded(reader, layer, editor))
  if (taken.length === 0 || taken.includes(undefined)) return
  for (const reader of taken) editor.replace(reader!)
  editor.remove(layer, layer.inputs[0]!)
}
