import { basename, resolve } from 'node:path'
import { channelStatistics } from './channel-statistics.js'
import type { Dataset } from './dataset.js'

/** A data set named after its folder, normalised by the mean and std of its own training pixels. */
export function withOwnStatistics(
  dir: string,
  { classes, shape, train, test }: Pick<Dataset, 'classes' | 'shape' | 'train' | 'test'>,
): Dataset {
  const { mean, std } = channelStatistics(train, shape)
  return Object.freeze({
    name: basename(resolve(dir)),
    classes,
    shape,
    mean: Object.freeze(mean),
    std: Object.freeze(std),
    train,
    test,
  })
}
