import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { estimateMemory } from '../../src/engine/index.js'
import { resnet } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'

const child = `
  import { compile, createModel, createOptimizer, takeStep, trainStep } from ${JSON.stringify(join(packageRoot, 'dist/src/engine/index.js'))}
  import { initialize, resnet } from ${JSON.stringify(join(packageRoot, 'dist/src/network/index.js'))}
  const count = Number(process.argv[1])
  const model = createModel(initialize(resnet({ depth: 20 }), 1))
  const optimizer = createOptimizer(model.trainable, { kind: 'momentum' })
  const batch = { images: new Float32Array(count * 3072), labels: new Int32Array(count), count }
  const program = compile(trainStep(model, optimizer))
  for (let step = 0; step < 3; step++) takeStep(program, model, batch, { learningRate: 0.1, seed: 1, step })
  console.log(process.resourceUsage().maxRSS * 1024)
`

it('the memory estimated before training is near the memory that training takes', () => {
  for (const batch of [16, 128]) {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', child, `${batch}`], {
      encoding: 'utf8',
    })
    const ratio = estimateMemory(resnet({ depth: 20 }), batch) / Number(stdout)
    expect(ratio).toBeGreaterThan(0.75)
    expect(ratio).toBeLessThan(1.35)
  }
})
