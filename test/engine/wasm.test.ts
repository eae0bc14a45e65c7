import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { packageRoot } from '../../src/package-root.js'
import { type BackendValues, backendValues } from './backend-values.js'
import { largestDifference } from './values.js'

/** Runs Node on wasm: what it printed. */
const onWasm = (argv: readonly string[]) =>
  promisify(execFile)(process.execPath, argv, {
    env: { ...process.env, TANDEM_ENGINE: 'wasm' },
    maxBuffer: 1 << 28,
  })

const script = (text: string) => onWasm(['--input-type=module', '-e', text])

const engine = pathToFileURL(join(packageRoot, 'dist', 'src', 'engine')).href

describe('wasm computes what TensorFlow computes', () => {
  const native = backendValues()
  let wasm: BackendValues
  let stderr: string

  beforeAll(async () => {
    const ran = await onWasm([fileURLToPath(new URL('./backend-values.js', import.meta.url))])
    wasm = JSON.parse(ran.stdout)
    stderr = ran.stderr
  })

  /** Within 1e-4 of the largest value, or of 1 where all are smaller. */
  function expectEqual(found: readonly number[], expected: readonly number[]): void {
    const size = Math.max(1, ...expected.map(Math.abs))
    expect(largestDifference(found, expected) / size).toBeLessThan(1e-4)
  }

  it('on a machine where both can be loaded', () => expect(tf.getBackend()).toBe('tensorflow'))

  it.each(Object.entries(native.kernels))('in %s, and in its gradients', (name, expected) => {
    const found = wasm.kernels[name]!
    expect(found.length).toBe(expected.length)
    for (const [i, values] of expected.entries()) expectEqual(found[i]!, values)
  })

  it('in every optimizer', () => {
    for (const [i, weights] of native.optimizers.entries()) expectEqual(wasm.optimizers[i]!, weights)
  })

  it('in ten steps of training, whose losses differ by less than 0.001', () => {
    const [found, expected] = [wasm, native].map(({ steps }) => steps.map(({ loss }) => loss))
    expect(largestDifference(found!, expected!)).toBeLessThan(1e-3)
    expect(expected!.at(-1)).toBeLessThan(0.9 * expected![0]!)
  })

  it('with as many tensors after one step as after ten', () => {
    expect(new Set(wasm.steps.map(({ tensors }) => tensors)).size).toBe(1)
  })

  it('and says once that it trains without TensorFlow, what that costs, and how to get it', () => {
    expect(stderr).toMatch(
      /^Training on wasm \(TANDEM_ENGINE asks for it\), about \w+ times slower .* `tandem engine install` .*\n$/,
    )
  })
})

describe('wasm', () => {
  it('refuses an operation that it does not have, and names it', async () => {
    const { stdout } = await script(`
      const { operation } = await import('${engine}/op.js')
      try { operation('Cholesky', [], []) } catch (error) { console.log(error.name, error.message) }`)
    expect(stdout).toMatch(/^EngineError The wasm backend has no operation Cholesky/)
  })

  it('refuses to go on when its memory is full, and can be used again', async () => {
    const { stdout } = await script(`
      const { tf } = await import('${engine}/index.js')
      const { unwritten } = await import('${engine}/wasm/heap.js')
      const said = tf.tidy(() => {
        try { for (;;) unwritten([64, 1024, 1024]) } catch (error) { return error.name + ' ' + error.message }
      })
      console.log(said, tf.add(tf.tensor1d([1, 2]), 1).dataSync().join())`)
    expect(stdout).toMatch(/^EngineError The wasm backend has no room .*smaller batch.* 2,3\n$/)
  })

  it('has the gradients of the functions of TensorFlow.js that the backend lacks', async () => {
    const { stdout } = await script(`
      const { tf } = await import('${engine}/index.js')
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
      const w = tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1])
      const sums = [tf.conv2d, tf.depthwiseConv2d].map(f =>
        tf.grads((x, w) => tf.sum(f(x, w, 1, 'valid')))([x, w]).map(g => g.dataSync().join()))
      const rows = tf.grad(x => tf.sum(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))))(tf.ones([3, 2]))
      console.log(JSON.stringify([...sums, rows.dataSync().join()]))`)
    const expected = ['1,3,2,4,10,6,3,7,4', '12,16,24,28']
    expect(JSON.parse(stdout)).toEqual([expected, expected, '1,1,0,0,2,2'])
  })

  it('is what `tandem engine status` speaks of, with the reason', async () => {
    const { stdout } = await onWasm([join(packageRoot, 'dist', 'src', 'cli', 'main.js'), 'engine', 'status'])
    expect(stdout).toMatch(/^wasm, because TANDEM_ENGINE asks for it: .*tandem engine install/)
  })
})
