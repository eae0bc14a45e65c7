import { formatMetric } from '../cost/index.js'
import { NothingYetError } from '../errors.js'
import type { Network } from '../network/index.js'
import { type Job, unprefixed } from '../runs/index.js'
import {
  accuracyOf,
  disposeTuning,
  incomingLines,
  type Line,
  startTuning,
  type TuningStep,
  tunedSoFar,
  tuningStep,
  unpackTuning,
} from '../tuning/index.js'
import { ROUNDS } from './pool-config.js'
import { type PoolOptions, poolContext, withWeights } from './pool-context.js'
import { poolConvolution, poolConvolutions } from './pool-convolution.js'
import {
  endLines,
  gainLine,
  groupLines,
  reachLines,
  roundLine,
  roundName,
  sensitivityLine,
  wholeLine,
} from './pool-lines.js'
import {
  type PackedPooling,
  type PoolPosition,
  type PoolState,
  packPooling,
  type Round,
} from './pool-state.js'
import { poolingGroups, poolingOrder } from './pooling-order.js'
import { saved, saves, speedup } from './pricing.js'
import { goesOn, missesOf } from './round.js'
import { skipUnreadPixels } from './skip-unread-pixels.js'

export interface PoolResult extends Required<Pick<PoolPosition, 'heldOut' | 'whole' | 'groups'>> {
  readonly gains: PoolPosition['gains']
  readonly sensitivities: PoolPosition['sensitivities']
  readonly errors: PoolPosition['errors']
  readonly rounds: readonly Round[]
  /** One for each round, as they are to be exported. */
  readonly networks: readonly Network[]
  /** Accuracy on the test images: of the network that came in, then of every round's. */
  readonly tests: readonly number[]
}

interface Step {
  readonly state: PoolState
  readonly lines: readonly Line[]
}

/**
 * Virtual pooling as a job: what pooling each convolution alone saves and what harm it does, an order, and rounds. A
 * round pools another group and trains the network on from where the round before left it. In the end every round's
 * network is seen once by the test split. Cut short, the rounds that are done are its result, or what there is of the first.
 * Throws NetworkError where no convolution can be pooled, DataError when images do not fill a batch.
 */
export function poolJob(options: PoolOptions): Job<PoolState, PoolResult> {
  const { network, config, pricing, dataset, seed } = options
  const { training: plan, order, minSpeedup } = config
  const context = poolContext(options)
  const { layers, data } = context
  const stepsPerRound = plan.epochs * data.stepsPerEpoch

  async function survey(state: PoolState): Promise<Step> {
    const heldOut = accuracyOf(network, data.heldOut())
    const whole = await pricing.compare(network, poolConvolutions(network, layers))
    const { metric } = pricing
    const lines = [
      ...incomingLines(network.name, [`${metric} ${formatMetric(metric, whole.before)}`], {
        heldOut,
        classes: dataset.classes.length,
      }),
      wholeLine(layers.length, whole, metric),
    ]
    return moved(state, { heldOut, whole }, lines)
  }

  async function gainOfNext(state: PoolState): Promise<Step> {
    const { gains } = state.position
    const layer = layers[gains.length]!
    const gain = { layer, ...(await pricing.compare(network, poolConvolution(network, layer))) }
    return moved(state, { gains: [...gains, gain] }, [gainLine(gain, pricing.metric)])
  }

  function judgeNext(state: PoolState): Step {
    const { base, sensitivities, gains } = state.position
    if (base === undefined) return moved(state, { base: context.judge().evaluate([]) })
    const { layer } = gains.filter(saves)[sensitivities.length]!
    const { loss, accuracy } = context.judge().evaluate([layer])
    const found = { layer, loss: loss - base.loss, accuracy: base.accuracy - accuracy }
    return moved(state, { sensitivities: [...sensitivities, found] }, [sensitivityLine(found)])
  }

  function findErrors(state: PoolState): Step {
    const errors = [...context.judge().relativeErrors()].map(([layer, error]) => ({ layer, error }))
    return moved(state, { errors })
  }

  async function group(state: PoolState): Promise<Step> {
    context.endJudging()
    const { gains, sensitivities, errors } = state.position
    const harms = new Map([
      ...sensitivities.map(({ layer, loss }) => [layer, loss] as const),
      ...errors.map(({ layer, error }) => [layer, error] as const),
    ])
    const candidates = gains
      .filter(saves)
      .map(gain => ({ layer: gain.layer, saved: saved(gain), harm: harms.get(gain.layer) ?? 0 }))
    const { rounds, groupSize } = config
    const groups = poolingGroups(poolingOrder(candidates, order, seed), { rounds, groupSize }, ROUNDS)
    if (minSpeedup === undefined || groups.length === 0) return moved(state, { groups }, groupLines(groups))
    const last = await pricing.compare(network, poolConvolutions(network, groups.flat()))
    return moved(state, { groups }, [...groupLines(groups), ...reachLines(last, minSpeedup)])
  }

  async function startRound(state: PoolState, epochs = plan.epochs): Promise<Step> {
    const { position, networks } = state
    const round = position.rounds.length
    const next = context.networkOf(position.groups!, round, networks)
    const gain = await pricing.compare(network, next)
    const { state: priced } = moved(state, { gain })
    const tuning = context.tuningOf(round)
    return after(priced, startTuning(next, roundName(round), { ...tuning, plan: { ...plan, epochs } }))
  }

  /** The state with a tuning one step on, and with the round where it is done. */
  function after({ tuning: _, ...state }: PoolState, { tuning, tuned, lines }: TuningStep): Step {
    if (tuned === undefined) return { state: { ...state, ...(tuning && { tuning }) }, lines }
    const { gain, ...position } = state.position
    const { network, before, heldOut } = tuned
    const drop = Number((100 * (position.heldOut! - heldOut)).toFixed(9))
    const index = position.rounds.length
    const misses = missesOf(config, { drop, speedup: speedup(gain!) })
    const round: Round = { layers: position.groups![index]!, gain: gain!, before, heldOut, drop, misses }
    return {
      state: {
        networks: [...state.networks, network],
        position: { ...position, rounds: [...position.rounds, round] },
      },
      lines: [...lines, roundLine(index, round, pricing.metric), ...endLines(round, config)],
    }
  }

  function test(state: PoolState): Step {
    const { tests } = state.position
    const tested = tests.length === 0 ? network : state.networks[tests.length - 1]!
    return moved(state, { tests: [...tests, accuracyOf(tested, data.test())] })
  }

  /** The rounds so far, all seen by the test split; of the first one what there is. */
  async function soFar({ tuning, ...rest }: PoolState): Promise<PoolState> {
    const { groups, rounds } = rest.position
    if (groups === undefined)
      throw new NothingYetError('what each convolution saves and harms is not known of all of them')
    let last: PoolState = rest
    if (rounds.length === 0 && groups.length > 0) {
      const first = tuning
        ? after(rest, { tuned: tunedSoFar(tuning, context.tuningOf(0)), lines: [] })
        : await startRound(rest, 0)
      last = first.state
    }
    while (!isDone(last)) last = test(last).state
    return last
  }

  async function stepOf(state: PoolState): Promise<Step> {
    const { position, tuning } = state
    const { whole, gains, sensitivities, errors, groups } = position
    if (whole === undefined) return survey(state)
    if (gains.length < layers.length) return gainOfNext(state)
    if (groups === undefined) {
      const candidates = gains.filter(saves).length
      if (order === 'sensitivity' && sensitivities.length < candidates) return judgeNext(state)
      return order === 'error' && errors.length === 0 ? findErrors(state) : group(state)
    }
    if (tuning) return after(state, await tuningStep(tuning, context.tuningOf(position.rounds.length)))
    return goesOn(config, position) ? startRound(state) : test(state)
  }

  return {
    init: async () => ({
      position: { gains: [], sensitivities: [], errors: [], rounds: [], tests: [] },
      networks: [],
    }),
    async step(state) {
      const { state: next, lines } = await stepOf(state)
      return { state: next, report: { entries: lines } }
    },
    done: isDone,
    async result(state) {
      const { position, networks } = isDone(state) ? state : await soFar(state)
      await data.close()
      const { heldOut = 0, whole, gains, sensitivities, errors, groups = [], rounds, tests } = position
      const exported = networks.map(skipUnreadPixels)
      return {
        heldOut,
        whole: whole!,
        gains,
        sensitivities,
        errors,
        groups,
        rounds,
        tests,
        networks: exported,
      }
    },
    pack: packPooling,
    async unpack({ json, tensors }) {
      const { position, tuning } = json as PackedPooling
      const networks: Network[] = []
      for (const round of position.rounds.keys())
        networks.push(
          withWeights(
            context.networkOf(position.groups!, round, networks),
            unprefixed(tensors, `round${round}:`),
          ),
        )
      const packed = tuning && { json: tuning, tensors: unprefixed(tensors, 'tuning:') }
      const next = packed && context.networkOf(position.groups!, networks.length, networks)
      return { position, networks, ...(packed && { tuning: unpackTuning(next!, plan, packed) }) }
    },
    /** Of the part in hand: looking at each convolution, then the rounds' training. */
    progress({ position: { gains, sensitivities, groups, rounds }, tuning }) {
      if (groups === undefined) {
        const judged = order === 'sensitivity' ? layers.length : 0
        return {
          done: gains.length + sensitivities.length,
          total: layers.length + judged,
          label: gains.length < layers.length ? 'gains' : order,
        }
      }
      const each = Math.max(1, stepsPerRound)
      return {
        done: rounds.length * each + (tuning?.training.step ?? 0),
        total: Math.max(1, groups.length * each),
        label: tuning ? `train ${tuning.name}` : 'pooling',
        ...(tuning && { images: plan.batchSize }),
      }
    },
    dispose({ tuning }) {
      context.endJudging()
      if (tuning) disposeTuning(tuning)
      void data.close()
    },
  }
}

const isDone = ({ position: { tests, rounds } }: PoolState): boolean => tests.length > rounds.length

const moved = (state: PoolState, found: Partial<PoolPosition>, lines: readonly Line[] = []): Step => ({
  state: { ...state, position: { ...state.position, ...found } },
  lines,
})
