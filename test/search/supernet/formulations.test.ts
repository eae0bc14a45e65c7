import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/cost/index.js'
import {
  compile,
  createOptimizer,
  disposeOptimizer,
  eager,
  type LabelledImages,
  optimizerVariables,
  type Program,
  readVariables,
  type Step,
  tf,
} from '../../../src/engine/index.js'
import { inferShapes } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { drawFigure } from '../../../src/runs/index.js'
import { outerJob } from '../../../src/search/outer/outer-job.js'
import { OUTER_PLAN } from '../../../src/search/outer/outer-sampler.js'
import { decisionFigures } from '../../../src/search/report/decision-figures.js'
import { decode } from '../../../src/search/space/decode.js'
import { exactPrice, pricesOf } from '../../../src/search/space/price.js'
import { checkArchitecture, largest } from '../../../src/search/space/space-architectures.js'
import {
  FORMULATIONS,
  type FormulationName,
  supernetNetwork,
} from '../../../src/search/supernet/formulation-names.js'
import { formulationOf } from '../../../src/search/supernet/formulations.js'
import {
  type SearchStepPosition,
  searchStep,
  takeSearchStep,
} from '../../../src/search/supernet/search-step.js'
import { tinyDataset } from '../../data/tiny-dataset.js'
import { heldInTensorFlow } from '../../engine/held-in-tensorflow.js'
import { toEnd } from '../../runs/to-end.js'
import { outcome, SMALL, smallSearch } from '../small-search.js'
import { smallSpace as space, squeezingSpace } from '../space/small-space.js'

const stream = random(1, 'images')
const batch: LabelledImages = {
  images: Float32Array.from({ length: 16 * 8 * 8 * 3 }, () => stream.normal()),
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 5),
  count: 16,
}

const PRICES = await pricesOf(space, ['macs<=50%', 'params<=60%'].map(parseConstraint))
const POSITION: SearchStepPosition = {
  ...{
    learningRate: 0.05,
    thresholdRate: 0.05,
    keepProbability: 1,
    lambdas: [0, 0],
    share: 0,
    seed: 1,
    step: 0,
  },
}

function fresh(formulation: FormulationName, make: (step: Step) => Program = eager) {
  const plan = { ...SMALL.search, formulation }
  const searched = formulationOf(plan).create({ space, plan, prices: PRICES, seed: 1 })
  const optimizers = {
    weights: createOptimizer(searched.model.trainable, { kind: 'momentum' }),
    thresholds: createOptimizer(searched.parameters, { kind: 'adam' }),
  }
  const program = make(searchStep(searched, optimizers, plan))
  const step = (position: Partial<SearchStepPosition>) =>
    takeSearchStep(program, searched, batch, { ...POSITION, ...position })
  const everything = () =>
    readVariables([
      ...searched.model.variables.values(),
      ...searched.parameters,
      ...Object.values(optimizers).flatMap(optimizerVariables),
    ])
  const dispose = () => {
    program.dispose()
    searched.dispose()
    for (const optimizer of Object.values(optimizers)) disposeOptimizer(optimizer)
  }
  return { searched, step, everything, dispose }
}

const warm = (step: number) => ({ step, share: (step - 4) / 4, keepProbability: 0.6 })

describe.each(FORMULATIONS)('a step of the search, %s', formulation => {
  it('gives the same bits compiled and eager, through the warm-up and behind it', () => {
    const search = (make: (step: Step) => Program) => {
      const { step, everything, dispose } = fresh(formulation, make)
      const results = Array.from({ length: 8 }, (_, at) =>
        step(at < 4 ? warm(at) : { ...warm(at), keepProbability: 1, lambdas: [at, 2] }),
      )
      const weights = everything()
      dispose()
      return { results, weights }
    }
    expect(search(compile)).toEqual(search(eager))
  })

  it('lists as its reading does where every decision stands, one number each', () => {
    const { searched, step, dispose } = fresh(formulation)
    for (let at = 0; at < 3; at++) step({ step: at, share: at / 4, lambdas: [3, 3] })
    const { listed } = searched.read()
    const { margins, thresholds } = step({ step: 3 })
    expect({ margins, thresholds }).toEqual(listed)
    expect(margins).toHaveLength(formulationOf({ formulation }).decisions(space).length)
    dispose()
  })

  it('lowers the price where the loss hears it, and leaves nothing behind', () => {
    const { step, dispose } = fresh(formulation)
    const first = step({ lambdas: [30, 0] }).prices[0]!
    step({ lambdas: [30, 0], step: 1 })
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    for (let at = 2; at < 20; at++) step({ lambdas: [30, 0], step: at, share: at / 20 })
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    expect(step({ step: 20, share: 1 }).prices[0]!).toBeLessThan(0.8 * first)
    dispose()
  })
})

describe.each(['softmax', 'gumbel'] as const)('the warm-up of a multi-path supernet, %s', formulation => {
  it('weighs all choices the same and moves no logit, whatever the step', () => {
    const { searched, step, dispose } = fresh(formulation)
    const prices = Array.from({ length: 3 }, (_, at) => step(warm(at)).prices)
    const all = exactPrice(PRICES[0]!, space, largest(space))
    expect(prices[1]).toEqual(prices[0])
    expect(prices[2]).toEqual(prices[0])
    expect(prices[0]![0]).toBeLessThan(all)
    for (const { data } of Object.values(readVariables(searched.parameters)))
      expect([...data].every(value => value === 0)).toBe(true)
    step({ ...POSITION, step: 3 })
    for (const { data } of Object.values(readVariables(searched.parameters)))
      expect([...data].some(value => value !== 0)).toBe(true)
    dispose()
  })
})

describe.each(['softmax', 'gumbel'] as const)('a search by a multi-path supernet, %s', formulation => {
  const changes = {
    search: { ...SMALL.search, epochs: 2, thresholdRate: 0.3, formulation },
    training: { ...SMALL.training, epochs: 1 },
    baselines: [],
  }

  it('finds a network within every bound; packed and unpacked in every phase it goes on to the same bits', async () => {
    const before = tf.memory().numTensors
    const straight = await toEnd(() => smallSearch(changes))
    const { trained, epochs, decided, networks } = straight.result
    const found = trained[0]!.architecture
    expect(checkArchitecture(space, found)).toEqual(found)
    for (const price of SMALL.prices) expect(exactPrice(price, space, found)).toBeLessThanOrEqual(price.bound)
    expect(networks[0]!.layers).toEqual(decode(space, found).layers)
    expect(epochs[0]).toMatchObject({ open: 8, decisions: 8 })
    expect(epochs.at(-1)!.open).toBeLessThan(8)
    expect(decided).toEqual(epochs.at(-1)!.architecture)
    const search = 16
    const repacked = await toEnd(() => smallSearch(changes), [5, search - 1, search + 3])
    expect(outcome(repacked.result)).toEqual(outcome(straight.result))
    expect(repacked.entries).toEqual(straight.entries)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('draws the probability of every choice', async () => {
    const { decisions } = formulationOf({ formulation })
    const names = decisions(space)
    const samples = [0, 8].map(step => ({
      step,
      norms: names.map((_, i) => i / 20),
      thresholds: names.map(() => 0.5),
    }))
    const span = { epochs: 2, warmupEpochs: 1, formulation }
    const figures = decisionFigures(space, { samples, changes: [] }, span)
    expect(figures.map(({ title }) => title)).toEqual([
      'Probability of each choice',
      'When each choice was the most probable',
    ])
    const text = await drawFigure(figures[0]!, 'f')
    for (const word of ['5x5-e6', 'skip', 'probability']) expect(text).toContain(word)
    expect(text).not.toContain('threshold')
  })
})

describe('a space with squeeze-and-excitation', () => {
  it('is searched by a multi-path supernet too', async () => {
    const prices = await pricesOf(squeezingSpace, [parseConstraint('macs<=50%')])
    const { result } = await toEnd(() =>
      smallSearch({
        ...{ space: squeezingSpace, prices, baselines: [] },
        search: { ...SMALL.search, epochs: 2, formulation: 'gumbel' },
        training: { ...SMALL.training, epochs: 1 },
      }),
    )
    const [{ architecture }] = result.trained as [(typeof result.trained)[number]]
    expect(exactPrice(prices[0]!, squeezingSpace, architecture)).toBeLessThanOrEqual(prices[0]!.bound)
    expect(result.epochs[0]!.decisions).toBe(7 + 8)
  })
})

describe('an outer search', () => {
  it('samples multi-path supernets too, and ends within the bounds', async () => {
    const config = {
      ...{ ...SMALL, baselines: [], outer: { ...OUTER_PLAN, samples: 2 } },
      search: { ...SMALL.search, epochs: 2, formulation: 'gumbel' as const },
      training: { ...SMALL.training, epochs: 1 },
    }
    const job = () => outerJob(config, tinyDataset({ train: 300, test: 40 }), 5)
    const { outer, trained } = (await toEnd(job)).result
    expect(outer).toHaveLength(2)
    for (const price of SMALL.prices)
      expect(exactPrice(price, space, trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
  })
})

describe('the network that a step trains', () => {
  it('is the largest of the space, or holds every choice', () => {
    const sizeOf = (formulation?: FormulationName) =>
      [...inferShapes(supernetNetwork(space, formulation)).values()].length
    expect(supernetNetwork(space)).toEqual(decode(space, largest(space)))
    expect(sizeOf('single-path')).toBe(sizeOf())
    expect(sizeOf('softmax')).toBeGreaterThan(2 * sizeOf())
    expect(sizeOf('gumbel')).toBe(sizeOf('softmax'))
  })
})
