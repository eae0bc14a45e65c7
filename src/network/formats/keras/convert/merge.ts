import { type Converter, kerasError, needChannelAxis } from '../conversion.js'

export const add: Converter = {
  convert: (layer, inputs, { net }) => net.add(inputs, { name: layer.name }),
}

export const multiply: Converter = {
  convert: (layer, inputs, { net }) => net.multiply(inputs, { name: layer.name }),
}

export const concatenate: Converter = {
  convert(layer, inputs, conversion) {
    if (inputs.length === 0) throw kerasError(layer, 'has no inputs')
    needChannelAxis(layer, inputs[0]!, conversion)
    return conversion.net.concat(inputs, { name: layer.name })
  },
}
