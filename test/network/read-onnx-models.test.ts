import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { count, type Network, readOnnx } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder } from '../data/temporary-folder.js'
import { differenceToFile, runNetwork } from './onnx-file.js'

const data = join(packageRoot, '../shared/data')
const missing = !existsSync(join(data, 'models/resnet20_cifar10.onnx'))
const needs = missing ? ' (skipped: needs ../shared/data)' : ''
const file = (name: string) => join(data, 'models', `${name}.onnx`)

describe.skipIf(missing)(`a model of another project is read${needs}: `, () => {
  test.each([
    ['resnet20_cifar10', 40_551_040, ['Relu', 'layer1.0.conv1', 'layer2.0.shortcut.Pad']],
    ['resnet56_cifar10', 125_485_696, ['layer3.8.bn2']],
    ['vgg16_half_cifar10', 78_744_064, []],
    ['mobilenet_v2_w025', 37_201_312, ['features.18.0', 'classifier.1']],
    ['squeezenet1_1', 349_151_936, ['features.12.expand3x3', 'classifier.3']],
  ] as const)('%s', async (name, macs, layers) => {
    const network = readOnnx(file(name))
    expect(network.name).toBe(name)
    expect(count(network).macs).toBe(macs)
    expect(network.layers.map(layer => layer.name)).toEqual(expect.arrayContaining([...layers]))
    const difference = await differenceToFile(readFileSync(file(name)), network, {
      batch: name.endsWith('cifar10') ? 4 : 1,
    })
    expect(difference).toBeLessThan(1e-4)
  })
})

/** The first 1,000 test images as [n, 32, 32, 3], normalized as the models were trained, and their labels. */
function testImages(): { readonly images: Float32Array; readonly labels: Uint8Array } {
  const folder = temporaryFolder()
  const { status } = spawnSync(process.execPath, [join(data, 'unpack-cifar10.mjs'), folder])
  expect(status).toBe(0)
  const records = readFileSync(join(folder, 'test_batch.bin'))
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const
  const total = records.length / 3073
  const images = new Float32Array(total * 3072)
  for (let image = 0, at = 0; image < total; image++)
    for (let pixel = 0; pixel < 1024; pixel++)
      for (let c = 0; c < 3; c++)
        images[at++] = (records[image * 3073 + 1 + c * 1024 + pixel]! / 255 - mean[c]!) / std[c]!
  return { images, labels: Uint8Array.from({ length: total }, (_, image) => records[image * 3073]!) }
}

/** Images classified right. */
function right(network: Network, { images, labels }: ReturnType<typeof testImages>, batch = 250): number {
  let count = 0
  for (let from = 0; from < labels.length; from += batch)
    tf.tidy(() => {
      const x = tf.tensor(images.subarray(from * 3072, (from + batch) * 3072), [batch, 32, 32, 3])
      const classes = tf.argMax(runNetwork(network, x), 1).dataSync()
      classes.forEach((found, i) => {
        count += Number(found === labels[from + i])
      })
    })
  return count
}

describe.skipIf(missing)(`a trained model classifies as it did where it comes from${needs}`, () => {
  test('ResNet-20 915 and ResNet-56 926 of the first 1,000 test images of CIFAR-10', {
    timeout: 120_000,
  }, () => {
    const images = testImages()
    expect(Math.abs(right(readOnnx(file('resnet20_cifar10')), images) - 915)).toBeLessThanOrEqual(2)
    expect(Math.abs(right(readOnnx(file('resnet56_cifar10')), images) - 926)).toBeLessThanOrEqual(2)
  })
})
