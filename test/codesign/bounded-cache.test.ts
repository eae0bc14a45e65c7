import { describe, expect, it } from 'vitest'
import { boundedCache } from '../../src/codesign/bounded-cache.js'

describe('a bounded cache', () => {
  it('holds the values used last, and no more than it may', () => {
    const cache = boundedCache<number, string>(10)
    for (let i = 0; i < 1000; i++) {
      cache.set(i, `${i}`)
      expect(cache.get(0)).toBe('0')
    }
    const held = Array.from({ length: 1000 }, (_, i) => i).filter(i => cache.get(i) !== undefined)
    expect(held.length).toBeLessThanOrEqual(10)
    expect(held).toContain(999)
    expect(held).not.toContain(500)
  })

  it('replaces a value', () => {
    const cache = boundedCache<string, number>(2)
    cache.set('a', 1)
    cache.set('a', 2)
    expect(cache.get('a')).toBe(2)
    expect(cache.get('b')).toBeUndefined()
  })
})
