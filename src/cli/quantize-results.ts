import { formatMetric } from '../cost/index.js'
import { count } from '../network/index.js'
import {
  layerTable,
  type QuantizeResult,
  quantizeFigures,
  roundingTable,
  schemes,
} from '../quantize/index.js'
import type { ReportTable, Run, Solution } from '../runs/index.js'
import { exportNetwork } from './export-network.js'
import { withSoftmax } from './input-model.js'
import { sampleOf } from './model-data.js'
import type { QuantizeInputs, QuantizeRunConfig } from './quantize-run.js'
import type { Session, Work } from './with-run.js'

const FILE = 'network.onnx'

/** Exports the quantized network, and says what came of it beside the one that came in. */
export async function finishQuantization(
  run: Run,
  { model, config, dataset }: QuantizeInputs,
  result: QuantizeResult,
  { progress }: Session,
): Promise<Work> {
  const { network, accuracy, incoming, constraint } = result
  await exportNetwork(run, FILE, withSoftmax(network, model), sampleOf(network, dataset))
  progress.line(`${config.scheme}: ${FILE}, same logits in onnxruntime`)
  const table = summaryTable(config, result)
  const solution: Solution = {
    ...{ name: config.scheme, met: true, misses: [], cost: costOf(result) },
    accuracy: { validation: accuracy.heldOut, test: accuracy.test },
    files: { network: FILE },
  }
  const { macs, params } = count(model.network)
  const baselines: readonly Solution[] = incoming
    ? [
        {
          ...{ name: 'incoming', met: true, misses: [], cost: { macs, params } },
          accuracy: { validation: incoming.heldOut, test: incoming.test },
        },
      ]
    : []
  return {
    shown: [table],
    asked: constraint ? [{ metric: constraint.metric, op: '<=', bound: constraint.bound }] : [],
    solutions: [solution],
    baselines,
    report: {
      title: `${model.network.name} quantized by ${config.scheme}`,
      tables: [table, layerTable(result), roundingTable(result)],
      figures: quantizeFigures(result),
      notes: notesOf(config, result),
    },
  }
}

/** Terms, and what else was bounded. */
function costOf({ network, averageTerms, constraint, price }: QuantizeResult): Solution['cost'] {
  const { macs, params } = count(network)
  return {
    ...{ macs, params },
    ...(averageTerms !== undefined && { terms: averageTerms }),
    ...(constraint?.metric === 'latency' && { latencyMs: price! }),
    ...(constraint?.metric === 'energy' && { energyMj: price! }),
  }
}

const percent = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : `${(100 * share).toFixed(1)} %`

function summaryTable({ scheme }: QuantizeRunConfig, result: QuantizeResult): ReportTable {
  const { layers, bitsPerWeight, averageTerms, constraint, price, before, accuracy, incoming } = result
  const columns: readonly (readonly [string, string | number | undefined])[] = [
    ['scheme', scheme],
    ['layers', layers.length],
    ['bits of a weight', bitsPerWeight],
    ['bits of a feature map', schemes[scheme].activationBits],
    ['terms a weight', averageTerms],
    ['asked', constraint && formatMetric(constraint.metric, constraint.bound)],
    ['reached', constraint && formatMetric(constraint.metric, price!)],
    ['held out, incoming', percent(incoming?.heldOut)],
    ['held out, calibrated', percent(before)],
    ['held out, quantized', percent(accuracy.heldOut)],
    ['drop on test images', incoming && percent(incoming.test - accuracy.test)],
  ]
  const used = columns.filter(([, value]) => value !== undefined)
  return {
    title: 'Quantization',
    columns: used.map(([name]) => name),
    rows: [used.map(([, value]) => value)],
  }
}

function notesOf(config: QuantizeRunConfig, result: QuantizeResult): readonly string[] {
  const { firstLast, training, calibration, scheme, distribution } = config
  const { activationBits, peType } = schemes[scheme]
  return [
    ...(result.unchanged
      ? ['The model was quantized by this scheme already: it is written as it came, and nothing was trained.']
      : []),
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
