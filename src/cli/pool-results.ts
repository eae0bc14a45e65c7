import { join } from 'node:path'
import { type Cost, countCostModel, type LayerCost, layerFigures } from '../cost/index.js'
import { type Network, writeOnnx } from '../network/index.js'
import {
  type Gain,
  type LayerAccount,
  layerTable,
  type PoolResult,
  poolConvolution,
  poolFigures,
  pricingBy,
  pricingHere,
  type RoundPoint,
  saved,
  saves,
  savesNothing,
} from '../pool/index.js'
import { onDisk, type ReportTable, type Run, type Solution, writeAside } from '../runs/index.js'
import { exportNetwork } from './export-network.js'
import { withSoftmax } from './input-model.js'
import { measureInTurns } from './measure-in-turns.js'
import { sampleOf } from './model-data.js'
import { detailHref, networkDetails } from './network-details.js'
import type { PoolInputs, PoolRunConfig } from './pool-run.js'
import { poolingPrice } from './pooling-price.js'
import { costOn } from './priced-on.js'
import type { Session, Work } from './with-run.js'

/** Images of a second measurement, besides that of one alone. */
const BATCH = 32
const INCOMING = 'incoming'

/** The network that came in, or that of a round, with all that is told of it. */
interface Outcome {
  readonly name: string
  readonly network: Network
  readonly cost: Cost
  readonly layers?: readonly LayerCost[]
  /** In onnxruntime: of one image, and of a batch of 32. */
  readonly oneMs: number
  readonly batchMs: number
}

/** Exports every round's network, prices and measures it beside the one that came in, and says what came of it. */
export async function finishPooling(
  run: Run,
  { model, config, dataset }: PoolInputs,
  result: PoolResult,
  { progress }: Session,
): Promise<Work> {
  const { rounds, networks, heldOut, tests } = result
  const files = networks.map((_, i) => `network-round-${i + 1}.onnx`)
  const sample = sampleOf(model.network, dataset)
  const onnx = [writeOnnx(withSoftmax(model.network, model))]
  for (const [i, network] of networks.entries()) {
    onnx.push(await exportNetwork(run, files[i]!, withSoftmax(network, model), sample))
    progress.line(`round ${i + 1}: ${files[i]}, same logits in onnxruntime`)
  }
  progress.line('Measuring all networks in onnxruntime')
  const { shape } = model.network.input
  const [single, batches] = [await measureInTurns(onnx, shape), await measureInTurns(onnx, shape, BATCH)]
  const outcomes: Outcome[] = []
  for (const [i, network] of [model.network, ...networks].entries()) {
    const name = i === 0 ? INCOMING : `round ${i}`
    outcomes.push({
      name,
      network,
      ...(await costOn(config, network)),
      oneMs: single[i]!,
      batchMs: batches[i]!,
    })
  }
  progress.line('Measuring each pooled convolution alone')
  const accounts = await accountsOf(config, model.network, result)
  const table = roundTable(result, outcomes)
  writeAccount(run, { config, result, outcomes, accounts })
  const accuracyOf = (i: number) => ({
    validation: i === 0 ? heldOut : rounds[i - 1]!.heldOut,
    ...(tests[i] !== undefined && { test: tests[i] }),
  })
  const [incoming, ...solutions] = outcomes.map(({ name, cost, oneMs }, i): Solution => {
    const misses = i === 0 ? [] : rounds[i - 1]!.misses
    return {
      ...{ name, met: misses.length === 0, misses: [...misses], cost: { ...cost } },
      ...{ measured: { latencyMs: oneMs }, accuracy: accuracyOf(i) },
      ...(i > 0 && { files: { network: files[i - 1]! } }),
    }
  })
  return {
    shown: [table],
    asked: askedOf(config),
    solutions,
    baselines: [incoming!],
    report: {
      title: `${model.network.name} pooled in ${rounds.length} rounds`,
      tables: [table, layerTable(accounts)],
      figures: [
        ...poolFigures({ points: pointsOf(result, outcomes), accounts }),
        ...layerFigures([outcomes[0]!, ...outcomes.slice(1).slice(-1)]),
      ],
      details: networkDetails(outcomes),
      notes: notesOf(config),
    },
  }
}

const askedOf = ({ maxDrop, minSpeedup }: PoolRunConfig): Work['asked'] => [
  ...(maxDrop === undefined ? [] : [{ metric: 'drop', op: '<=' as const, bound: maxDrop }]),
  ...(minSpeedup === undefined ? [] : [{ metric: 'speedup', op: '>=' as const, bound: minSpeedup }]),
]

/** Every convolution that can be pooled, with what it would save by each way to tell; measured where it is pooled. */
async function accountsOf(
  config: PoolRunConfig,
  network: Network,
  { gains, sensitivities, errors, groups, rounds }: PoolResult,
): Promise<readonly LayerAccount[]> {
  const { on } = config
  const { metric } = poolingPrice(config)
  const [counting, here] = [pricingBy(countCostModel), pricingHere()]
  const share = (gain: Gain) => saved(gain) / gain.before
  const accounts: LayerAccount[] = []
  for (const { layer, ...gain } of gains) {
    const pooled = poolConvolution(network, layer)
    const round = groups.slice(0, rounds.length).findIndex(group => group.includes(layer)) + 1
    const measured = on === 'host' ? gain : round > 0 ? await here.compare(network, pooled) : undefined
    const { loss, accuracy } = sensitivities.find(each => each.layer === layer) ?? {}
    const error = errors.find(each => each.layer === layer)?.error
    accounts.push({
      layer,
      ...(round > 0 && { round }),
      macs: share(await counting.compare(network, pooled)),
      ...(on !== undefined && on !== 'host' && { accelerator: share(gain) }),
      ...(measured && { measured: share(measured) }),
      ...(loss !== undefined && { loss, accuracy: accuracy! }),
      ...(error !== undefined && { error }),
      ...(!saves(gain) && { refused: savesNothing(gain, metric) }),
    })
  }
  return accounts
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Rounds side by side: what they pool, how fast they are, how often they are right. */
function roundTable({ rounds, heldOut, tests }: PoolResult, outcomes: readonly Outcome[]): ReportTable {
  const [whole, ...pooled] = outcomes as [Outcome, ...Outcome[]]
  const predicted = whole.cost.latencyMs !== undefined
  const layers = (i: number) => rounds.slice(0, i + 1).reduce((sum, round) => sum + round.layers.length, 0)
  return {
    title: 'Rounds',
    columns: [
      ...['network', 'pooled', 'MACs', ...(predicted ? ['times as fast, predicted'] : [])],
      ...['ms, 1 image', 'times as fast', `ms, ${BATCH} images`, 'times as fast'],
      ...['held out, pooled', 'held out, trained', 'test'],
    ],
    rows: [
      [
        ...[whole.name, 0, percent(1), ...(predicted ? [1] : [])],
        ...[whole.oneMs, 1, whole.batchMs, 1],
        ...['', percent(heldOut), tests[0] === undefined ? '' : percent(tests[0])],
      ],
      ...pooled.map(({ name, cost, oneMs, batchMs }, i) => [
        ...[name, layers(i), percent(cost.macs / whole.cost.macs)],
        ...(predicted ? [whole.cost.latencyMs! / cost.latencyMs!] : []),
        ...[oneMs, whole.oneMs / oneMs, batchMs, whole.batchMs / batchMs],
        ...[percent(rounds[i]!.before), percent(rounds[i]!.heldOut)],
        tests[i + 1] === undefined ? '' : percent(tests[i + 1]!),
      ]),
    ],
  }
}

function pointsOf({ rounds, heldOut }: PoolResult, outcomes: readonly Outcome[]): readonly RoundPoint[] {
  return outcomes.flatMap(({ name: network, cost: { macs }, oneMs: latencyMs }, i): RoundPoint[] => {
    const point = { network, macs, latencyMs, href: detailHref(i) }
    if (i === 0) return [{ ...point, stage: 'as it came in', accuracy: heldOut }]
    const round = rounds[i - 1]!
    return [
      { ...point, stage: 'pooled', accuracy: round.before },
      { ...point, stage: 'trained again', accuracy: round.heldOut },
    ]
  })
}

/** pooling.json: what was pooled in each round, and all that is known of each convolution. */
function writeAccount(
  run: Run,
  {
    config,
    result: { rounds },
    outcomes,
    accounts,
  }: {
    readonly config: PoolRunConfig
    readonly result: PoolResult
    readonly outcomes: readonly Outcome[]
    readonly accounts: readonly LayerAccount[]
  },
): void {
  const [whole, ...pooled] = outcomes as [Outcome, ...Outcome[]]
  const measured = ({ oneMs, batchMs }: Outcome) => [
    { batch: 1, latencyMs: oneMs },
    { batch: BATCH, latencyMs: batchMs },
  ]
  const account = {
    ...{ schema: 1, kind: 'pooling', network: whole.network.name, order: config.order },
    incoming: { measured: measured(whole) },
    rounds: pooled.map((outcome, i) => {
      const { layers, before } = rounds[i]!
      return { name: outcome.name, layers, before, measured: measured(outcome) }
    }),
    layers: accounts,
  }
  onDisk(run, () => writeAside(join(run.folder, 'pooling.json'), `${JSON.stringify(account)}\n`))
}

const notesOf = ({ order, images }: PoolRunConfig): readonly string[] => [
  ...(order === 'random'
    ? ['Convolutions were pooled in random order.']
    : [
        `Convolutions were ordered by ${order === 'error' ? 'the error of their output' : 'the rise of the cross-entropy'} per what they save, each pooled alone, on ${images} held-out images at the most.`,
      ]),
  'What pooling a convolution alone saves is a share of the whole network; measured shares are those of pairs of runs in onnxruntime.',
  'Every round went on from the network of the one before; all were seen once by the test split, in the end.',
]
