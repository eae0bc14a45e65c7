import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitTraining } from '../../src/data/index.js'

const shared = (labels: number[]) => {
  const array = new Uint16Array(new SharedArrayBuffer(labels.length * 2))
  array.set(labels)
  return { labels: array }
}
const count = (indices: Int32Array, labels: Uint16Array, label: number) =>
  indices.filter(index => labels[index] === label).length

const labelled = fc
  .array(fc.nat(4), { minLength: 30, maxLength: 200 })
  .map(labels => shared([...labels, ...Array.from({ length: 50 }, (_, i) => i % 5)]))

describe('the training split', () => {
  it('is disjoint, covers every image, and is the same twice', () => {
    fc.assert(
      fc.property(labelled, fc.nat(), (images, seed) => {
        const { fit, heldOut } = splitTraining(images, { heldOut: 0.2, seed })
        const all = [...fit, ...heldOut].sort((a, b) => a - b)
        expect(all).toEqual(Array.from(images.labels, (_, i) => i))
        expect(splitTraining(images, { heldOut: 0.2, seed })).toEqual({ fit, heldOut })
      }),
    )
  })

  it('holds out the same share of each class', () => {
    fc.assert(
      fc.property(labelled, fc.nat(), (images, seed) => {
        const { heldOut } = splitTraining(images, { heldOut: 0.2, seed })
        for (let label = 0; label < 5; label++) {
          const members = images.labels.filter(l => l === label).length
          expect(count(heldOut, images.labels, label)).toBe(Math.round(members * 0.2))
        }
      }),
    )
  })

  const thousand = shared(Array.from({ length: 1000 }, (_, i) => (i * 7) % 10))

  it('fitted on less, holds out the same images and fits on a subset', () => {
    const whole = splitTraining(thousand, { heldOut: 0.1, seed: 5 })
    const part = splitTraining(thousand, { heldOut: 0.1, share: 0.25, seed: 5 })
    expect(part.heldOut).toEqual(whole.heldOut)
    expect(part.fit.every(index => whole.fit.includes(index))).toBe(true)
    for (let label = 0; label < 10; label++) expect(count(part.fit, thousand.labels, label)).toBe(23)
  })

  it('differs with the seed', () => {
    const a = splitTraining(thousand, { seed: 1 })
    expect(a.heldOut).toHaveLength(100)
    expect(splitTraining(thousand, { seed: 2 }).heldOut).not.toEqual(a.heldOut)
  })

  it('refuses a share that leaves nothing', () => {
    expect(() => splitTraining(thousand, { heldOut: 1, seed: 1 })).toThrow(/held-out share 1: must be/)
    expect(() => splitTraining(thousand, { share: 0, seed: 1 })).toThrow(/share of the training images 0/)
    expect(() => splitTraining(thousand, { heldOut: 0.001, seed: 1 })).toThrow(/holds out none; raise it/)
  })
})
