import type { Layer, Scale, Weight } from '../../../../network.js'
import type { Editor, Rule } from './editor.js'

const combined = (weight: Weight, f: (value: number, channel: number) => number): Weight => ({
  shape: weight.shape,
  data: weight.data.map(f),
})

/** The layer that feeds a scale and nothing else, if the two may become one. */
function alone(scale: Scale, editor: Editor): Layer | undefined {
  const before = editor.producer(scale.inputs[0])
  const only = before && editor.readers(before.name) === 1 && editor.together(before, scale)
  return only ? before : undefined
}

const weightsOf = (scale: Scale, editor: Editor) => ({
  gamma: editor.weight(scale, 'gamma')!.data,
  beta: editor.weight(scale, 'beta')?.data,
})

/** Names a layer after a tensor that is merged into it, where it has no weight of its own to be named after. */
function adoptOrigin(layer: Layer, from: Layer, { draft }: Editor): void {
  const [own, other] = [draft.origins.get(layer.name)!, draft.origins.get(from.name)!]
  if (other.weight !== undefined && !own.weight?.includes('.'))
    draft.origins.set(layer.name, { ...own, weight: other.weight })
}

/** A scale after a scale, a batch normalization or a layer normalization is part of it. */
export const scaleOfAffine: Rule = (layer, editor) => {
  if (layer.type !== 'scale') return
  const before = alone(layer, editor)
  if (before?.type !== 'scale' && before?.type !== 'batchNorm' && before?.type !== 'layerNorm') return
  const { gamma, beta } = weightsOf(layer, editor)
  const weights = { gamma: combined(editor.weight(before, 'gamma')!, (value, c) => value * gamma[c]!) }
  const own = editor.weight(before, 'beta')
  const base = own ?? (beta && { shape: [beta.length], data: new Float32Array(beta.length) })
  const shifted = base && { beta: combined(base, (value, c) => value * gamma[c]! + (beta?.[c] ?? 0)) }
  const merged = before.type === 'scale' ? { ...before, shift: before.shift || layer.shift } : before
  adoptOrigin(before, layer, editor)
  editor.replace(merged, { ...weights, ...shifted })
  editor.remove(layer, before.name)
}

/** What is added to a convolution or a dense layer, one value a channel, is its bias. */
export const shiftOfProduct: Rule = (layer, editor) => {
  if (layer.type !== 'scale' || !layer.shift) return
  const before = alone(layer, editor)
  if (before?.type !== 'conv' && before?.type !== 'dense') return
  const { gamma, beta } = weightsOf(layer, editor)
  if (gamma.some(value => value !== 1)) return
  const own = editor.weight(before, 'bias')?.data
  const bias = { shape: [beta!.length], data: own ? beta!.map((value, c) => value + own[c]!) : beta! }
  adoptOrigin(before, layer, editor)
  editor.replace({ ...before, bias: true }, { bias })
  editor.remove(layer, before.name)
}
