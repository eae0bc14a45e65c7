import { type Cost, formatMetric, type LayerCost, layerFigures } from '../cost/index.js'
import { type Accelerator, readPeModel } from '../hardware/index.js'
import { count } from '../network/index.js'
import {
  layerTable,
  onFront,
  type QuantizeConfig,
  type QuantizeResult,
  quantizeFigures,
  roundingTable,
  type SchemePoint,
  schemeCost,
  schemeFigures,
  schemes,
} from '../quantize/index.js'
import type { ReportContent, ReportTable, Run, Solution } from '../runs/index.js'
import { exportNetwork } from './export-network.js'
import { withSoftmax } from './input-model.js'
import { sampleOf } from './model-data.js'
import { detailHref, networkDetails } from './network-details.js'
import { networkFile } from './network-file.js'
import { checkIntegers, exportPacked, packedTable } from './quantize-packed.js'
import { type QuantizeInputs, quantizationName } from './quantize-run.js'
import type { Session, Work } from './with-run.js'

/** A quantization, what it came to, and what that costs on the accelerator that was named. */
interface Outcome {
  readonly name: string
  readonly config: QuantizeConfig
  readonly result: QuantizeResult
  readonly priced: Pick<Cost, 'latencyMs' | 'energyMj' | 'areaMm2'>
  readonly layers?: readonly LayerCost[]
  readonly file: string
  readonly packed: { readonly file: string; readonly table: ReportTable; readonly check: string }
}

/** Exports the quantized networks, and says what came of them beside the one that came in. */
export async function finishQuantizations(
  run: Run,
  inputs: QuantizeInputs,
  results: readonly QuantizeResult[],
  { progress }: Session,
): Promise<Work> {
  const { model, config, dataset } = inputs
  const outcomes: Outcome[] = []
  for (const [i, result] of results.entries()) {
    const own = config.quantizations[i]!
    const name = quantizationName(own, config)
    const file = config.quantizations.length > 1 ? networkFile(name) : 'network.onnx'
    const whole = withSoftmax(result.network, model)
    await exportNetwork(run, file, whole, sampleOf(result.network, dataset))
    progress.line(`${name}: ${file}, same logits in onnxruntime`)
    const quantization = { scheme: own.scheme, layers: result.layers }
    const packed = {
      file: file.replace(/onnx$/, 'packed'),
      check: checkIntegers(result.network, quantization, dataset),
    }
    const sizes = exportPacked(run, packed.file, whole, quantization)
    progress.line(`${name}: ${packed.file}, ${sizes.file} bytes. ${packed.check}`)
    outcomes.push({
      ...{ name, config: own, result, file, packed: { ...packed, table: packedTable(whole, sizes) } },
      ...(await pricedBy(inputs, own, result)),
    })
  }
  const { incoming } = results[0]!
  const { macs, params } = count(model.network)
  const { priced: float, layers } = await pricedBy(inputs)
  const baselines: readonly Solution[] = incoming
    ? [
        {
          ...{ name: 'incoming', met: true, misses: [], cost: { macs, params, ...float } },
          accuracy: { validation: incoming.heldOut, test: incoming.test },
        },
      ]
    : []
  const points = pointsOf(outcomes, incoming && { error: 1 - incoming.heldOut, ...float })
  const tables = [summaryTable(outcomes), ...(config.on ? [priceTable(config.on, points)] : [])]
  const constraints = results.flatMap(({ constraint }) => constraint ?? [])
  return {
    shown: tables,
    // Of several each keeps its own.
    asked:
      config.quantizations.length === 1
        ? constraints.map(({ metric, bound }) => ({ metric, op: '<=', bound }))
        : [],
    solutions: outcomes.map(solutionOf),
    baselines,
    report: {
      title: `${model.network.name} quantized by ${outcomes.map(({ name }) => name).join(', ')}`,
      tables: [...tables, ...outcomes.flatMap(outcome => titled(outcome, outcomes, tablesOf(outcome)))],
      figures: [
        ...schemeFigures(points),
        ...layerFigures([{ name: 'incoming', layers }, ...outcomes]),
        ...outcomes.flatMap(outcome => titled(outcome, outcomes, quantizeFigures(outcome.result))),
      ],
      details: networkDetails([{ name: 'incoming', layers }, ...outcomes]).slice(incoming ? 0 : 1),
      notes: [
        ...outcomes.flatMap(outcome =>
          notesOf(outcome).map(note => (outcomes.length > 1 ? `${outcome.name}: ${note}` : note)),
        ),
        ...(config.on
          ? [
              `Prices are of ${config.on.name} built of the elements of each scheme, every layer on them, the float network on fp32 elements; a filter of k terms is k filters of one term.`,
            ]
          : []),
      ],
    },
  }
}

const tablesOf = ({ result, packed }: Outcome): readonly ReportTable[] => [
  layerTable(result),
  roundingTable(result),
  packed.table,
]

/** With the name of its quantization where there are several. */
const titled = <T extends { readonly title: string }>(
  { name }: Outcome,
  outcomes: readonly Outcome[],
  parts: readonly T[],
): readonly T[] =>
  outcomes.length === 1 ? parts : parts.map(part => ({ ...part, title: `${name}: ${part.title}` }))

/** On the accelerator that was named, with elements of the scheme's type; without a scheme of float32. */
async function pricedBy(
  { model: { network }, config: { on } }: QuantizeInputs,
  quantization?: QuantizeConfig,
  result?: QuantizeResult,
): Promise<Pick<Outcome, 'priced' | 'layers'>> {
  if (on === undefined) return { priced: {} }
  const scheme = quantization ? schemes[quantization.scheme] : ({ peType: 'fp32' } as const)
  const options = { given: on, peModel: readPeModel(), terms: result?.terms }
  const priced = await schemeCost(network, scheme, options)
  if (priced === undefined) return { priced: {} }
  const { latencyMs, energyMj, areaMm2 } = priced.cost
  return {
    priced: { latencyMs: latencyMs!, energyMj: energyMj!, areaMm2: areaMm2! },
    layers: priced.layers,
  }
}

function solutionOf({ name, result, priced, file, packed }: Outcome): Solution {
  const { network, accuracy, averageTerms } = result
  const { macs, params } = count(network)
  return {
    ...{ name, met: true, misses: [] },
    cost: {
      ...{ macs, params, ...priced },
      ...(averageTerms !== undefined && { terms: averageTerms }),
    },
    accuracy: { validation: accuracy.heldOut, test: accuracy.test },
    files: { network: file, packed: packed.file },
  }
}

const percent = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : `${(100 * share).toFixed(1)} %`

const SUMMARY: readonly (readonly [string, (outcome: Outcome) => string | number | undefined])[] = [
  ['scheme', ({ config }) => config.scheme],
  ['layers', ({ result }) => result.layers.length],
  ['bits of a weight', ({ result }) => result.bitsPerWeight],
  ['bits of a feature map', ({ config }) => schemes[config.scheme].activationBits],
  ['terms a weight', ({ result }) => result.averageTerms],
  ['asked', ({ result: { constraint } }) => constraint && formatMetric(constraint.metric, constraint.bound)],
  ['reached', ({ result: { constraint, price } }) => constraint && formatMetric(constraint.metric, price!)],
  ['held out, incoming', ({ result }) => percent(result.incoming?.heldOut)],
  ['held out, calibrated', ({ result }) => percent(result.before)],
  ['held out, quantized', ({ result }) => percent(result.accuracy.heldOut)],
  [
    'drop on test images',
    ({ result: { incoming, accuracy } }) => incoming && percent(incoming.test - accuracy.test),
  ],
]

function summaryTable(outcomes: readonly Outcome[]): ReportTable {
  const used = SUMMARY.filter(([, cell]) => outcomes.some(outcome => cell(outcome) !== undefined))
  return {
    title: 'Quantization',
    columns: used.map(([name]) => name),
    rows: outcomes.map(outcome => used.map(([, cell]) => cell(outcome))),
  }
}

/** What is priced, as points of a figure; the network that came in is computed by float32 elements. */
function pointsOf(
  outcomes: readonly Outcome[],
  float: (Outcome['priced'] & { readonly error: number }) | undefined,
): readonly SchemePoint[] {
  const all = [
    ...(float ? [{ name: 'incoming', peType: 'fp32', ...float, place: 0 }] : []),
    ...outcomes.map(({ name, config, result, priced }, i) => ({
      ...{ name, peType: schemes[config.scheme].peType, error: 1 - result.accuracy.heldOut },
      ...{ ...priced, place: i + 1 },
    })),
  ]
  return all
    .filter((point): point is SchemePoint & { readonly place: number } => point.latencyMs !== undefined)
    .map(({ place, ...point }) => ({ ...point, href: detailHref(place) }))
}

/** Accuracy beside price; which of them nothing else betters in one price and accuracy. */
function priceTable(on: Accelerator, points: readonly SchemePoint[]): ReportTable {
  const metrics = [
    ['latencyMs', 'latency'],
    ['energyMj', 'energy'],
    ['areaMm2', 'area'],
  ] as const
  const fronts = metrics.map(([metric, name]) => ({
    name,
    front: onFront(points, point => [point[metric], point.error]),
  }))
  return {
    title: `Priced on ${on.name} with elements of each type`,
    columns: [
      'network',
      'elements',
      'held out',
      'latency, ms',
      'energy, mJ',
      'area, mm²',
      'not bettered in error and',
    ],
    rows: points.map(point => [
      ...[point.name, point.peType, percent(1 - point.error)],
      ...[point.latencyMs, point.energyMj, point.areaMm2],
      fronts
        .filter(({ front }) => front.includes(point))
        .map(({ name }) => name)
        .join(', '),
    ]),
  }
}

function notesOf({ config, result, packed }: Outcome): NonNullable<ReportContent['notes']> {
  const { firstLast, training, calibration, scheme, distribution } = config
  const { activationBits, peType } = schemes[scheme]
  return [
    ...(result.unchanged
      ? ['The model was quantized by this scheme already: it is written as it came, and nothing was trained.']
      : []),
    packed.check,
    `${result.layers.length} layers are quantized; the first and the last are ${firstLast === 'float' ? 'float32' : 'among them'}. Biases and batch norms are float32.`,
    activationBits === 1
      ? 'What quantized layers read are signs; the file computes them.'
      : `Feature maps that quantized layers read are rounded to ${activationBits} bits, calibrated on ${calibration.batches} batches up to ${calibration.percentile} % of their values${training.epochs > 0 ? ', anew before every epoch' : ''}; the file rounds as training did.`,
    peType === undefined
      ? 'None of the processing elements that are characterized computes with signs.'
      : `The weights of the file are float32 numbers on the grid of ${peType}.`,
    ...(distribution
      ? [`Distribution loss: the form of the ${distribution.form}, weight ${distribution.weight}.`]
      : []),
    ...(training.epochs === 0 ? ['Nothing was trained: the network was calibrated alone.'] : []),
  ]
}
