import { setTimeout } from 'node:timers/promises'
import { random } from '../../src/random.js'
import type { Job } from '../../src/runs/index.js'

export interface Walk {
  readonly step: number
  readonly position: Float32Array
  /** −Infinity before the first step, as in many a search. */
  readonly furthest: number
}

export interface WalkOptions {
  readonly seed?: number
  readonly steps?: number
  readonly stepMs?: number
  /** Characters added to every journal line. */
  readonly padding?: number
  /** Done after every step, for tests that meddle. */
  readonly onStep?: (step: number) => void
}

/** A random walk in 64 dimensions: small, but with all that a search has, tensors, journal and result. */
export function walk(options: WalkOptions = {}): Job<Walk, { furthest: number; position: number[] }> {
  const { seed = 0, steps = 50, stepMs = 0, padding = 0, onStep } = options
  return {
    init: async () => ({ step: 0, position: new Float32Array(64), furthest: -Infinity }),
    async step({ step, position, furthest }) {
      const stream = random(seed, 'walk', step)
      const moved = position.map(x => x + stream.normal())
      const distance = Math.hypot(...moved)
      if (stepMs > 0) await setTimeout(stepMs)
      onStep?.(step + 1)
      const entry = { distance, ...(padding > 0 ? { padding: 'x'.repeat(padding) } : {}) }
      const entries = step % 10 === 0 ? [{ entry, line: `at ${distance.toFixed(3)}` }] : [{ entry }]
      const state = { step: step + 1, position: moved, furthest: Math.max(furthest, distance) }
      return { state, report: { entries } }
    },
    done: ({ step }) => step >= steps,
    result: async ({ furthest, position }) => ({ furthest, position: [...position] }),
    pack: ({ step, position, furthest }) => ({
      json: { step, furthest },
      tensors: { position: { shape: [64], data: position } },
    }),
    unpack: async ({ json, tensors }) => ({
      ...(json as { step: number; furthest: number }),
      position: Float32Array.from(tensors['position']!.data),
    }),
    progress: ({ step }) => ({ done: step, total: steps, label: 'walk' }),
  }
}
