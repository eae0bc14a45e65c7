import type { Dataset } from '../data/index.js'
import { DataError } from '../errors.js'
import type { Space } from '../search/space-index.js'

/** Throws DataError when the images or the classes of the data are not those of a space. */
export function checkShapes({ name, input, classes }: Space, dataset: Dataset): void {
  const [space, data] = [input, dataset.shape].map(shape => shape.join('×'))
  if (space !== data)
    throw new DataError(`space ${name} takes images of ${space}; ${dataset.name} has ${data}`)
  if (classes !== dataset.classes.length) {
    throw new DataError(`space ${name} has ${classes} classes; ${dataset.name} has ${dataset.classes.length}`)
  }
}
