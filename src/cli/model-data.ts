import { type Dataset, loadDataset, prepareBatch } from '../data/index.js'
import { estimateMemory } from '../engine/memory.js'
import type { Network } from '../network/index.js'
import { random } from '../random.js'
import { machine } from '../runs/index.js'
import { checkFits, type InputModel } from './input-model.js'
import { type Normalization, normalized } from './normalization.js'

/** Images on which an export is compared with the engine. */
const COMPARED = 32

/** Data as the model expects them. Throws DataError where their images or classes are not the model's. */
export async function loadModelData(
  model: InputModel,
  data: string,
  normalization: Normalization | undefined,
): Promise<Dataset> {
  const dataset = normalized(await loadDataset(data), normalization)
  checkFits(model, dataset)
  return dataset
}

/** A few test images to compare two runtimes on, or noise where there are no data. */
export function sampleOf({ input }: Network, dataset: Dataset | undefined, most = COMPARED) {
  if (dataset !== undefined) {
    const indices = Int32Array.from({ length: Math.min(most, dataset.test.count) }, (_, i) => i)
    return prepareBatch({ dataset, images: 'test', indices })
  }
  const stream = random(0, 'sample')
  const length = input.shape.reduce((product, size) => product * size, 2)
  return { images: Float32Array.from({ length }, stream.normal), labels: new Int32Array(2), count: 2 }
}

/** What training a network takes, and what there is. */
export function memoryLine(network: Network, batchSize: number): string {
  const bytes = estimateMemory(network, batchSize)
  return `Memory needed: about ${(bytes / 1e9).toFixed(1)} GB, of ${machine().memoryGib} GiB in this machine`
}
