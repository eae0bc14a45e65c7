import { describe, expect, it } from 'vitest'
import { normalizationOf, normalized } from '../../src/cli/normalization.js'
import { inOrder } from '../../src/data/index.js'
import { DataError, InputError } from '../../src/errors.js'
import { tinyDataset } from '../data/tiny-dataset.js'

const dataset = tinyDataset({ train: 4, test: 2 })
const first = (options: Parameters<typeof normalizationOf>[0]) => {
  const [batch] = inOrder(normalized(dataset, normalizationOf(options)), 'test')
  return [...batch!.images.subarray(0, 6)]
}
const pixels = [...dataset.test.pixels.subarray(0, 6)].map(byte => byte / 255)

describe('what a model expects of its input', () => {
  it('is by default what the data are normalised by themselves', () => {
    expect(normalized(dataset, normalizationOf({}))).toBe(dataset)
    expect(normalized(dataset, normalizationOf({ normalize: 'own' }))).toBe(dataset)
  })

  it.each<[string, Parameters<typeof normalizationOf>[0], readonly number[], readonly number[]]>([
    ['ImageNet’s statistics', { normalize: 'imagenet' }, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]],
    ['0 to 1', { normalize: 'unit' }, [0, 0, 0], [1, 1, 1]],
    ['−1 to 1', { mean: [0.5], std: [0.5] }, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
    ['numbers for each channel', { mean: [0.1, 0.2, 0.3], std: [1, 2, 3] }, [0.1, 0.2, 0.3], [1, 2, 3]],
  ])('may be %s', (_, options, mean, std) => {
    const expected = pixels.map((pixel, i) => (pixel - mean[i % 3]!) / std[i % 3]!)
    for (const [i, value] of first(options).entries()) expect(value).toBeCloseTo(expected[i]!, 5)
  })

  it.each<[string, Parameters<typeof normalizationOf>[0], RegExp]>([
    ['a std alone', { std: [1] }, /go together/],
    ['both a name and numbers', { normalize: 'unit', mean: [0], std: [1] }, /one of the two/],
    ['lists of other lengths', { mean: [0], std: [1, 1] }, /as many numbers/],
    ['a std of 0', { mean: [0], std: [0] }, /above 0/],
  ])('is not %s', (_, options, message) => {
    expect(() => normalizationOf(options)).toThrow(InputError)
    expect(() => normalizationOf(options)).toThrow(message)
  })

  it('has a number for each channel', () => {
    expect(() => normalized(dataset, { mean: [0, 0], std: [1, 1] })).toThrow(DataError)
  })
})
