import type { Dataset, Images } from '../../src/data/index.js'
import { random } from '../../src/random.js'

const BYTES = 8 * 8 * 3

/** Random 8×8 RGB images; the first byte of each is its index, to know it by. */
export function tinyDataset({ train = 50, test = 10, classes = 5 } = {}): Dataset {
  const images = (count: number, name: string): Images => {
    const stream = random(1, name)
    const pixels = new Uint8Array(new SharedArrayBuffer(count * BYTES))
    const labels = new Uint16Array(new SharedArrayBuffer(count * 2))
    for (let i = 0; i < pixels.length; i++) pixels[i] = i % BYTES === 0 ? i / BYTES : stream.integer(256)
    for (let i = 0; i < count; i++) labels[i] = i % classes
    return { count, pixels, labels }
  }
  return {
    name: 'tiny',
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    shape: [8, 8, 3],
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    train: images(train, 'train'),
    test: images(test, 'test'),
  }
}
