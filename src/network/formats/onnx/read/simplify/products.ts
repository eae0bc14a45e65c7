import type { Rule } from './editor.js'

/** A product of a product is one product of all factors. */
export const productOfProduct: Rule = (layer, editor) => {
  if (layer.type !== 'multiply') return
  const before = editor.producer(layer.inputs[0])
  if (before?.type !== 'multiply' || editor.readers(before.name) !== 1 || !editor.together(before, layer))
    return
  const [, ...others] = layer.inputs
  if (others.includes(before.name)) return
  editor.replace({ ...layer, inputs: [...before.inputs, ...others] })
  editor.draft.origins.set(layer.name, editor.draft.origins.get(before.name)!)
  editor.drop(before)
}
