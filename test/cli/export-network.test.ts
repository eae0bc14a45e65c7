import { describe, expect, it } from 'vitest'
import { logitsDiffer } from '../../src/cli/export-network.js'

describe('logits of another runtime', () => {
  const ours = Float32Array.from({ length: 16 * 3 }, (_, i) => Math.sin(i) * 4)
  const changed = (change: (value: number, image: number) => number) =>
    ours.map((value, i) => change(value, Math.floor(i / 3)))
  const float = { images: 16, rounds: false }
  const rounded = { images: 16, rounds: true }

  it('are those of the engine within rounding', () => {
    expect(
      logitsDiffer(
        ours,
        changed(value => value + 3e-4),
        float,
      ),
    ).toBeUndefined()
    expect(
      logitsDiffer(
        ours,
        changed(value => value + 1e-3),
        float,
      ),
    ).toMatch(/on 16 of 16 images/)
    const one = changed((value, image) => (image === 5 ? value + 1e-3 : value))
    expect(logitsDiffer(ours, one, float)).toMatch(/by up to 0\.001.*on 1 of 16 images/)
  })

  it('of a network that rounds may be a step apart, and a sign may turn on an eighth of the images', () => {
    expect(
      logitsDiffer(
        ours,
        changed(value => value + 0.15),
        rounded,
      ),
    ).toBeUndefined()
    const turned = (images: number) => changed((value, image) => (image < images ? value + 1 : value))
    expect(logitsDiffer(ours, turned(2), rounded)).toBeUndefined()
    expect(logitsDiffer(ours, turned(3), rounded)).toMatch(/on 3 of 16 images/)
  })

  it('that are no numbers are never those of the engine', () => {
    const none = changed((value, image) => (image === 0 ? Number.NaN : value))
    expect(logitsDiffer(ours, none, float)).toMatch(/on 1 of 16 images/)
    expect(
      logitsDiffer(
        ours,
        changed(() => Number.NaN),
        rounded,
      ),
    ).toMatch(/on 16 of 16 images/)
  })
})
