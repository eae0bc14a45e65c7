import { describe, expect, it } from 'vitest'
import {
  applyGradients,
  CompileError,
  compile,
  conv2d,
  countSessions,
  createModel,
  createOptimizer,
  createVariable,
  eager,
  evaluate,
  gradients,
  networkOf,
  type Program,
  paceOf,
  readVariables,
  type Step,
  softmaxCrossEntropy,
  type Tensor,
  takeStep,
  tf,
  trainStep,
} from '../../src/engine/index.js'
import { graph, initialize, type Network, resnet } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { heldInTensorFlow } from './held-in-tensorflow.js'
import { momentumFor, smallModel, tintedImages } from './small-model.js'

const batch = tintedImages()
const at = (step: number) => ({ learningRate: 0.05 / (step + 1), seed: 3, step })

/** Random images of a network's shape. */
function noise(network: Network, count: number) {
  const stream = random(1, 'noise')
  const size = network.input.shape.reduce((a, b) => a * b, count)
  return {
    images: Float32Array.from({ length: size }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 3),
    count,
  }
}

/** Forward the sign, backward the gradient where |x| ≤ 1. */
const sign = (x: Tensor): Tensor =>
  tf.customGrad((x, save) => {
    ;(save as (t: Tensor[]) => void)([x as Tensor])
    return {
      value: tf.sub(tf.mul(tf.cast(tf.greaterEqual(x as Tensor, 0), 'float32'), 2), 1),
      gradFunc: (dy: Tensor, [x]: Tensor[]) => tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(x!), 1), 'float32')),
    }
  })(x)

/** A binary layer between two of full precision, and BNN-DL's three losses on its pre-activation. */
function binaryNetwork() {
  const shapes = { first: [3, 3, 3, 8], binary: [3, 3, 8, 8], last: [8, 3] }
  const variables = Object.entries(shapes).map(([name, shape]) => {
    const stream = random(5, name)
    const size = shape.reduce((a, b) => a * b, 1)
    return createVariable(
      name,
      shape,
      Float32Array.from({ length: size }, () => stream.normal()),
    )
  })
  const optimizer = createOptimizer(variables, { kind: 'adam' })
  const SAME = { strides: [2, 2] as const, padding: [0, 1, 0, 1] as const }
  const step: Step = ({ x, labels, rate, step }) => {
    const weights = variables.map(variable => variable.read())
    const { value: loss, gradients: found } = gradients(() => {
      const [first, binary, last] = weights as [Tensor, Tensor, Tensor]
      const plain = conv2d(x!, first, SAME)
      const mean = tf.mean(plain, [0, 1, 2])
      const deviation = tf.sqrt(tf.mean(tf.square(tf.sub(plain, mean)), [0, 1, 2]))
      const excess = (value: Tensor) => tf.square(tf.relu(value))
      const distribution = tf.addN([
        excess(tf.sub(tf.abs(mean), deviation)),
        excess(tf.sub(tf.mul(deviation, 0.25), 1)),
        excess(tf.sub(tf.sub(1, tf.abs(mean)), tf.mul(deviation, 0.25))),
      ] as never) as Tensor
      const map = conv2d(sign(plain), sign(binary), SAME)
      const logits = tf.matMul(tf.mean(map, [1, 2]) as never, last as never) as Tensor
      return tf.add(softmaxCrossEntropy(logits, labels!), tf.mul(tf.mean(distribution), 2)) as Tensor
    }, weights)
    applyGradients(optimizer, variables, found, paceOf(rate!, step!))
    variables[1]!.assign(tf.clipByValue(variables[1]!.read(), -1, 1))
    return { loss }
  }
  return { step, variables }
}

/** A network of layers that divide by numbers of which the reciprocal is rounded. */
function means(): Network {
  const net = graph('means', [6, 7, 3])
  const conv = (input: string) => net.conv(input, { filters: 7 })
  const pooled = net.pool(net.layerNorm(conv(net.input)), {
    ...{ function: 'average', kernel: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] },
  })
  const moved = net.activation(conv(pooled), { function: 'hardSwish' })
  const gate = net.activation(conv(moved), { function: 'hardSigmoid' })
  net.dense(net.globalAveragePool(net.multiply([gate, moved])), { units: 3 })
  return initialize(net.finish(), 1)
}

describe('a compiled training step', () => {
  it.each([
    ['ResNet-20', () => createModel(initialize(resnet({ depth: 20 }), 1))],
    ['a network with dropout, depthwise convolutions and biases', () => smallModel()],
    ['a network whose layers take means of 42, 9 and 7 numbers and sixths', () => createModel(means())],
  ])('gives the losses and weights of the eager one, bit for bit, for 20 steps: %s', (_, model) => {
    const train = (make: (step: Step) => Program) => {
      const trained = model()
      const program = make(trainStep(trained, momentumFor(trained), { weightDecay: 1e-3 }))
      const images = noise(trained.network, 4)
      const losses = Array.from({ length: 20 }, (_, step) => takeStep(program, trained, images, at(step)))
      program.dispose()
      return { losses, weights: networkOf(trained).weights }
    }
    expect(train(compile)).toEqual(train(eager))
  })

  it('of a binary network with its distribution loss gives the same bits as the eager one', () => {
    const images = noise(resnet({ depth: 20 }), 8)
    const train = (make: (step: Step) => Program) => {
      const binary = binaryNetwork()
      const program = make(binary.step)
      const losses = Array.from({ length: 20 }, (_, step) =>
        tf.tidy(() => {
          const x = tf.tensor(images.images, [8, 32, 32, 3]) as Tensor
          const labels = tf.tensor1d(images.labels, 'int32') as Tensor
          const feeds = {
            x,
            labels,
            rate: tf.scalar(0.01) as Tensor,
            step: tf.scalar(step, 'int32') as Tensor,
          }
          return program.run(feeds)['loss']!.dataSync()[0]!
        }),
      )
      program.dispose()
      return { losses, weights: readVariables(binary.variables) }
    }
    expect(train(compile)).toEqual(train(eager))
  })

  it('of sums of sums and of products gives the same bits as the eager one, in whatever order they are written', () => {
    const stream = random(2, 'addends')
    const drawn = (shape: number[]) =>
      tf.tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal()),
        shape,
      )
    const [a, b, c, d] = Array.from({ length: 4 }, () => drawn([16, 4, 4, 6])) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    const feeds = { a, b, c, d, p: drawn([1]), q: drawn([1]) }
    // Of a shape that the graph knows: that of a feed is open to it.
    const known = (x?: Tensor) => tf.reshape(x!, [16, 4, 4, 6])
    const step: Step = ({ a, b, c, d, p, q }) => {
      const [r, s, t, u] = [a, b, c, d].map(known) as [Tensor, Tensor, Tensor, Tensor]
      return {
        chain: tf.add(tf.add(tf.add(r, s), t), u),
        tree: tf.add(tf.add(r, s), tf.add(t, u)),
        last: tf.add(r, tf.add(s, tf.add(t, u))),
        factors: tf.add(tf.add(tf.add(tf.mul(r, p!), s), tf.mul(r, q!)), t),
      }
    }
    const [ours, theirs] = [compile, eager].map(make => {
      const program = make(step)
      const results = Object.entries(program.run(feeds)).map(([name, value]) => [name, value.dataSync()])
      program.dispose()
      return Object.fromEntries(results)
    })
    expect(ours).toEqual(theirs)
    expect(ours.chain).not.toEqual(ours.last)
  })

  it('is compiled anew for a batch of another size, and goes on from the same weights', () => {
    const part = { images: batch.images.slice(0, 10 * 192), labels: batch.labels.slice(0, 10), count: 10 }
    const train = (make: (step: Step) => Program) => {
      const model = smallModel()
      const program = make(trainStep(model, momentumFor(model)))
      for (const [step, images] of [batch, part, batch, part].entries()) {
        takeStep(program, model, images, at(step))
      }
      program.dispose()
      return networkOf(model).weights
    }
    expect(train(compile)).toEqual(train(eager))
  })

  it('shares its weights with every other program, eager or compiled', () => {
    const run = (second: (step: Step) => Program) => {
      const model = smallModel()
      const optimizer = momentumFor(model)
      const programs = [compile, second, compile].map(make => make(trainStep(model, optimizer)))
      const losses: number[] = []
      for (let step = 0; step < 9; step++) {
        losses.push(takeStep(programs[step % 3]!, model, batch, at(step)).loss)
        if (step % 4 === 0) losses.push(evaluate(model, [batch]).loss)
      }
      for (const program of programs) program.dispose()
      return { losses, weights: networkOf(model).weights }
    }
    expect(run(compile)).toEqual(run(eager))
  })

  it('keeps the weights of two models of one structure apart in one session', () => {
    const make = (seed: number) => {
      const model = smallModel(seed)
      const program = compile(trainStep(model, momentumFor(model)))
      return { model, take: (step: number) => takeStep(program, model, batch, at(step)), program }
    }
    const alone = [1, 2].map(seed => {
      const { model, take, program } = make(seed)
      for (let step = 0; step < 4; step++) take(step)
      program.dispose()
      return networkOf(model).weights
    })
    const before = countSessions()
    const together = [make(1), make(2)]
    for (let step = 0; step < 4; step++) for (const { take } of together) take(step)
    expect(countSessions()).toBe(before + 1)
    expect(together.map(({ model }) => networkOf(model).weights)).toEqual(alone)
    together[0]!.program.dispose()
    together[1]!.take(4)
    together[1]!.program.dispose()
    expect(countSessions()).toBe(before)
  })

  it('goes with its owner: 200 compiled and disposed leave nothing in TensorFlow, and memory is flat', () => {
    const net = graph('tiny', [8, 8, 3])
    net.dense(net.globalAveragePool(net.activation(net.batchNorm(net.conv(net.input, { filters: 4 })))), {
      units: 3,
    })
    const model = createModel(initialize(net.finish(), 1))
    const optimizer = momentumFor(model)
    const once = () => {
      const program = compile(trainStep(model, optimizer))
      takeStep(program, model, batch, at(0))
      program.dispose()
    }
    for (let i = 0; i < 30; i++) once()
    const held = [tf.memory().numTensors, heldInTensorFlow(), countSessions()]
    const memory = process.memoryUsage().rss
    for (let i = 0; i < 170; i++) once()
    expect([tf.memory().numTensors, heldInTensorFlow(), countSessions()]).toEqual(held)
    expect(process.memoryUsage().rss - memory).toBeLessThan(150e6)
  })

  it('in bfloat16 follows the losses of float32 roughly, with weights of its own', () => {
    const train = (precision: 'float32' | 'bf16') => {
      const model = createModel(initialize(resnet({ depth: 8, widths: [8, 8, 8] }), 1))
      const program = compile(trainStep(model, momentumFor(model)), { precision })
      const images = noise(model.network, 16)
      const losses = Array.from({ length: 8 }, (_, step) => takeStep(program, model, images, at(step)).loss)
      program.dispose()
      return losses
    }
    const [full, half] = [train('float32'), train('bf16')]
    expect(half).not.toEqual(full)
    half.forEach((loss, step) => {
      expect(Math.abs(loss / full[step]! - 1)).toBeLessThan(0.03)
    })
  })
})

describe('compiling', () => {
  const x = () => tf.tensor1d([1, 2, 3])
  const run = (step: Step) => tf.tidy(() => [...compile(step).run({ x: x() })['y']!.dataSync()])

  it('reads variables as they stand and updates them in the order of the step', () => {
    const variable = createVariable('v', [3], Float32Array.of(1, 1, 1))
    const program = compile(({ x }) => {
      const before = variable.read()
      variable.assign(tf.add(before, x!))
      const between = variable.read()
      variable.assign(tf.mul(between, 2))
      return { before, between }
    })
    const results = tf.tidy(() =>
      [0, 1].map(() => Object.values(program.run({ x: x() })).map(value => [...value.dataSync()])),
    )
    expect(results).toEqual([
      [
        [1, 1, 1],
        [2, 3, 4],
      ],
      [
        [4, 6, 8],
        [5, 8, 11],
      ],
    ])
    expect([...variable.read().dataSync()]).toEqual([10, 16, 22])
    program.dispose()
    variable.dispose()
  })

  it('refuses a step that reads a value, and names what gave it', () => {
    expect(() => run(({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) }))).toThrow(CompileError)
    expect(() => run(({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) }))).toThrow(/value of Sum_/)
  })

  it('refuses a gather with indices that the step computes', () => {
    const gather: Step = ({ x }) => ({ y: tf.gather(x!, tf.cast(tf.sub(x!, 1), 'int32')) })
    expect(() => run(gather)).toThrow(/reads the value of Cast_/)
  })

  it('refuses random numbers drawn in JavaScript', () => {
    expect(() => run(({ x }) => ({ y: tf.add(x!, tf.randomNormal([3])) }))).toThrow(/an operand of Add_/)
    expect(() => run(({ x }) => ({ y: tf.dropout(x!, 0.5) }))).toThrow(/differs from one recording/)
  })

  it('refuses a number that changes between steps and is no feed', () => {
    let calls = 0
    expect(() => run(({ x }) => ({ y: tf.mul(x!, calls++) }))).toThrow(/feed what changes/)
  })

  it('says why and goes on eagerly only when told', () => {
    const said: string[] = []
    const step: Step = ({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) })
    const program = compile(step, { orEager: reason => said.push(reason) })
    const values = tf.tidy(() => [...program.run({ x: x() })['y']!.dataSync()])
    expect(values).toEqual([6, 12, 18])
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/reads the value/)
  })

  it('that fails leaves nothing behind', () => {
    const before = [tf.memory().numTensors, heldInTensorFlow(), countSessions()]
    for (let i = 0; i < 3; i++) {
      expect(() => run(({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) }))).toThrow()
    }
    expect([tf.memory().numTensors, heldInTensorFlow(), countSessions()]).toEqual(before)
  })

  it.each(['momentum', 'adam', 'rmsprop'] as const)('updates by %s as the eager step does', kind => {
    const descend = (make: (step: Step) => Program) => {
      const variable = createVariable('w', [3], Float32Array.of(1, -2, 3))
      const optimizer = createOptimizer([variable], { kind })
      const program = make(({ x, rate, step }) => {
        const w = variable.read()
        const { value, gradients: found } = gradients(() => tf.sum(tf.square(tf.sub(w, x!))), [w])
        applyGradients(optimizer, [variable], found, paceOf(rate!, step!))
        return { y: value }
      })
      const losses = Array.from({ length: 6 }, (_, step) =>
        tf.tidy(() => {
          const feeds = { x: x(), rate: tf.scalar(0.1), step: tf.scalar(step, 'int32') as Tensor }
          return program.run(feeds)['y']!.dataSync()[0]!
        }),
      )
      return [...losses, ...variable.read().dataSync()]
    }
    expect(descend(compile)).toEqual(descend(eager))
  })
})
