import { z } from 'zod'

const layerJson = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.unknown(),
  inbound_nodes: z.array(z.unknown()).default([]),
})

const size = z.int().nonnegative()

const weightJson = z.object({
  name: z.string(),
  shape: z.array(size),
  dtype: z.string(),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      min: z.number().optional(),
      scale: z.number().optional(),
    })
    .optional(),
})

const containerJson = z.object({ class_name: z.string(), config: z.unknown() })

/**
 * The parts of a tfjs `model.json` that are read. The topology is the model itself, or `model_config` holds it where
 * the file was converted from Keras.
 */
export const modelJson = z.object({
  format: z.string().optional(),
  modelTopology: z.union([
    z.object({ model_config: containerJson, keras_version: z.string().optional() }),
    containerJson.extend({ keras_version: z.string().optional() }),
  ]),
  weightsManifest: z
    .array(z.object({ paths: z.array(z.string()), weights: z.array(weightJson) }))
    .default([]),
})

export const functionalConfig = z.object({
  name: z.string().optional(),
  layers: z.array(layerJson),
  input_layers: z.array(z.unknown()),
  output_layers: z.array(z.unknown()),
})

export const sequentialConfig = z.union([
  z.object({ name: z.string().optional(), layers: z.array(layerJson) }),
  z.array(layerJson).transform(layers => ({ name: undefined, layers })),
])

export type LayerJson = z.infer<typeof layerJson>
export type ContainerJson = z.infer<typeof containerJson>
export type WeightJson = z.infer<typeof weightJson>
export type ModelJson = z.infer<typeof modelJson>
