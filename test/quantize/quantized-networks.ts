import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LabelledImages, predict, tf } from '../../src/engine/index.js'
import type { Network } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import {
  calibrate,
  createQuantizedModel,
  disposeQuantizedModel,
  prepare,
  type Quantization,
  quantizedNetwork,
  type SchemeName,
  schemes,
} from '../../src/quantize/index.js'
import { temporaryFolder } from '../data/temporary-folder.js'

/** A network on a scheme's grid, calibrated on some images. Of flightnn's filters every third has 0, 1 or 2 terms. */
export function quantizedBy(
  scheme: SchemeName,
  network: Network,
  images: LabelledImages,
): Quantization & { readonly network: Network } {
  const prepared = prepare(network, schemes[scheme])
  const quantized = createQuantizedModel(prepared)
  try {
    calibrate(quantized, [images], { plan: { batches: 1, percentile: 99.99 } })
    const terms = Object.fromEntries(
      prepared.layers.map(layer => {
        const filters = network.weights[`${layer}/kernel`]!.shape.at(-1)!
        return [layer, Array.from({ length: filters }, (_, filter) => (filter + 1) % 3)]
      }),
    )
    const own = quantizedNetwork(quantized, schemes[scheme].decides ? terms : undefined)
    return { network: own, scheme, layers: prepared.layers }
  } finally {
    disposeQuantizedModel(quantized)
  }
}

/** The engine's outputs. */
export function engineOutputs(network: Network, { images, count }: LabelledImages): Float32Array {
  const y = tf.tidy(() =>
    predict(network, tf.tensor(images, [count, ...network.input.shape]), name => {
      const { shape, data } = network.weights[name]!
      return tf.tensor(data, [...shape])
    }),
  )
  const values = y.dataSync().slice() as Float32Array
  y.dispose()
  return values
}

const data = join(packageRoot, '../shared/data')
export const missingShared = !existsSync(join(data, 'models/resnet20_cifar10.onnx'))
export const needsShared = missingShared ? ' (skipped: needs ../shared/data)' : ''
export const sharedModel = (name: string): string => join(data, 'models', `${name}.onnx`)

/** The first of the test images of CIFAR-10, normalized as the shared models were trained. */
export function cifarImages(count: number, from = 0): LabelledImages {
  const folder = temporaryFolder()
  const { status, stderr } = spawnSync(process.execPath, [join(data, 'unpack-cifar10.mjs'), folder])
  if (status !== 0) throw new Error(`the images could not be unpacked: ${stderr}`)
  const records = readFileSync(join(folder, 'test_batch.bin'))
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const
  const images = new Float32Array(count * 3072)
  for (let image = 0, at = 0; image < count; image++)
    for (let pixel = 0; pixel < 1024; pixel++)
      for (let c = 0; c < 3; c++)
        images[at++] = (records[(from + image) * 3073 + 1 + c * 1024 + pixel]! / 255 - mean[c]!) / std[c]!
  const labels = Int32Array.from({ length: count }, (_, image) => records[(from + image) * 3073]!)
  return { images, labels, count }
}
