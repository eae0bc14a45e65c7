import type { Conv, Weight } from '../../../network.js'
import { type Emitter, floatTensor, node } from './emitter.js'

export const emitConv: Emitter<Conv> = (layer, scope) => {
  const kernel = scope.weight('kernel')
  const [kh, kw, depth, filters] = kernel.shape as [number, number, number, number]
  const tensors = [floatTensor(kernel.name, [filters, depth, kh, kw], hwioToOihw(kernel))]
  if (layer.bias) {
    const bias = scope.weight('bias')
    tensors.push(floatTensor(bias.name, bias.shape, bias.data))
  }
  const [top, bottom, left, right] = layer.padding
  const inputs = [...scope.inputs, ...tensors.map(tensor => tensor.name)]
  const conv = node(scope, 'Conv', inputs, {
    dilations: { ints: layer.dilations },
    group: { int: layer.groups },
    kernel_shape: { ints: layer.kernel },
    pads: { ints: [top, left, bottom, right] },
    strides: { ints: layer.strides },
  })
  return { nodes: [conv], tensors }
}

/** Kernel values [kh, kw, in, out] in the order [out, in, kh, kw]. */
function hwioToOihw({ shape, data }: Weight): Float32Array {
  const [kh, kw, depth, filters] = shape as [number, number, number, number]
  const place = kh * kw
  const values = new Float32Array(data.length)
  for (let at = 0, from = 0; at < place; at++)
    for (let channel = 0; channel < depth; channel++)
      for (let filter = 0; filter < filters; filter++)
        values[(filter * depth + channel) * place + at] = data[from++]!
  return values
}
