import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from '../../bench/imagenet-space.js'
import { readTable } from '../../src/cost/index.js'
import { exactPrice, latencyPrice, readSpace, searchable } from '../../src/search/index.js'
import { checkArchitecture } from '../../src/search/space/space-architectures.js'
import { temporary } from '../runs/toy.js'

it('the ImageNet space is searched for a step, decided within 80 ms of a Pixel-1, and its network is what onnxruntime runs', async () => {
  const docs = temporary()
  const { rows } = await run({ batch: '2', steps: '1', size: '64', docs })
  const [names, cells] = readFileSync(join(docs, 'data', 'imagenet-space.csv'), 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .map(line => line.split(','))
  const of = (name: string) => cells![names!.indexOf(name)]!
  expect(of('blocks')).toBe('22')
  const space = readSpace('imagenet-single-path')
  const architecture = of('architecture').split(' ')
  expect(architecture).toHaveLength(searchable(space).length)
  expect(checkArchitecture(space, architecture)).toEqual(architecture)
  const latency = exactPrice(latencyPrice(space, readTable('pixel1')), space, architecture)
  expect(latency).toBeLessThanOrEqual(80)
  expect(latency).toBeGreaterThan(75)
  expect(Number(of('latency_ms'))).toBeCloseTo(latency, 2)
  const [step, memory, price, logits] = rows.map(({ ratio }) => ratio)
  expect(step).toBeGreaterThan(0)
  expect(memory).toBeGreaterThan(0)
  expect(price).toBeLessThanOrEqual(1)
  expect(logits).toBeLessThan(1)
  expect(Number(of('largest_logit'))).toBeGreaterThan(0)
}, 120_000)
