import type { Activation, Layer, Scale } from '../../../../network.js'
import type { Editor, Rule } from './editor.js'

const isActivation = (layer: Layer | undefined, name: Activation['function']): layer is Activation =>
  layer?.type === 'activation' && layer.function === name

/** Whether a scale multiplies every channel by `gamma` and adds `beta`. */
function scalesBy(layer: Layer | undefined, gamma: number, beta: number, editor: Editor): layer is Scale {
  if (layer?.type !== 'scale') return false
  const near = (suffix: string, value: number) =>
    editor.weight(layer, suffix)!.data.every(each => Math.abs(each - value) <= 1e-6 * Math.abs(value))
  return near('gamma', gamma) && (layer.shift ? near('beta', beta) : beta === 0)
}

/** ReLU6 of a ReLU is ReLU6. */
export const reluOfRelu: Rule = (layer, editor) => {
  if (!isActivation(layer, 'relu6')) return
  const before = editor.producer(layer.inputs[0])
  if (!isActivation(before, 'relu') || editor.readers(before.name) !== 1) return
  editor.replace({ ...before, function: 'relu6' })
  editor.remove(layer, before.name)
}

/** relu6(x + 3) / 6 is the hard sigmoid of x. The sum stays where something else reads it. */
export const hardSigmoid: Rule = (layer, editor) => {
  if (!isActivation(layer, 'relu6') || editor.readers(layer.name) !== 1) return
  const shifted = editor.producer(layer.inputs[0])
  const [sixth] = editor.consumers(layer.name)
  if (!scalesBy(shifted, 1, 3, editor) || !scalesBy(sixth, 1 / 6, 0, editor)) return
  editor.replace({ ...layer, function: 'hardSigmoid', inputs: shifted.inputs })
  editor.remove(sixth, layer.name)
}

/** x · relu6(x + 3) / 6 is the hard swish of x. */
export const hardSwishOfParts: Rule = (layer, editor) => {
  if (!isActivation(layer, 'relu6')) return
  const shifted = editor.producer(layer.inputs[0])
  const [product] = editor.consumers(layer.name)
  if (!scalesBy(shifted, 1, 3, editor) || product?.type !== 'multiply' || product.inputs.length !== 2) return
  const [sixth] = editor.consumers(product.name)
  const x = shifted.inputs[0]!
  const alone = editor.readers(layer.name) === 1 && editor.readers(product.name) === 1
  if (!alone || !product.inputs.includes(x) || !scalesBy(sixth, 1 / 6, 0, editor)) return
  editor.replace({ ...layer, function: 'hardSwish', inputs: shifted.inputs })
  editor.remove(product, layer.name)
  editor.remove(sixth, layer.name)
}

/** x · sigmoid(x) is SiLU, x · hardSigmoid(x) is the hard swish. */
export const gated: Rule = (layer, editor) => {
  if (layer.type !== 'multiply' || layer.inputs.length !== 2) return
  for (const [x, gate] of [layer.inputs, layer.inputs.toReversed()]) {
    const gating = editor.producer(gate)
    if (gating?.type !== 'activation' || gating.inputs[0] !== x || editor.readers(gating.name) !== 1) continue
    if (!editor.together(gating, layer)) continue
    const name = ({ sigmoid: 'silu', hardSigmoid: 'hardSwish' } as const)[gating.function as 'sigmoid']
    if (name === undefined) continue
    editor.replace({ ...gating, function: name })
    editor.remove(layer, gating.name)
    return
  }
}
