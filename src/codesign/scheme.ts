import type { AcceleratorSpace, PeType } from '../hardware/index.js'

/** How a network's weights and activations are quantized to run on a type of processing element. */
export type Scheme = 'float32' | 'int16' | 'int8' | 'int8x4' | 'lightnn-1' | 'lightnn-2'

/** Each PE type computes in one format, so it is one choice of a design with the network's scheme. */
export const SCHEME_OF: Readonly<Record<PeType, Scheme>> = Object.freeze({
  fp32: 'float32',
  int16: 'int16',
  int8: 'int8',
  int8x4: 'int8x4',
  'lightpe-1': 'lightnn-1',
  'lightpe-2': 'lightnn-2',
})

/** The schemes of a space's PE types, each once. */
export const schemesOf = ({ knobs }: AcceleratorSpace): readonly Scheme[] => {
  const types = knobs.find(({ knob }) => knob === 'peType')!.values as readonly PeType[]
  return [...new Set(types.map(type => SCHEME_OF[type]))]
}
