import {
  acceleratorCostModel,
  type Constraint,
  type CostModel,
  countCostModel,
  measureLatency,
  misses,
  tableCostModel,
} from '../cost/index.js'
import { type Dataset, prepareBatch } from '../data/index.js'
import { readPeModel } from '../hardware/index.js'
import type { Network } from '../network/index.js'
import { machine, type ProgressSink, type Run, type Solution } from '../runs/index.js'
import type { SearchConfig, Trained } from '../search/index.js'
import { exportNetwork } from './export-network.js'

/** Images on which an export is compared with the engine. */
const COMPARED = 32

/** Networks that a search trained from scratch, the found one first. */
export interface TrainedNetworks {
  readonly trained: readonly Trained[]
  readonly networks: readonly Network[]
}

/**
 * Writes every trained network into the run folder as ONNX, compared with onnxruntime, and prices it; where the search
 * was priced on a table of this machine, it is measured too.
 */
export async function exportTrained(
  run: Run,
  config: SearchConfig,
  dataset: Dataset,
  { trained, networks }: TrainedNetworks,
  progress: ProgressSink,
): Promise<Solution[]> {
  const { space, table } = config
  const indices = Int32Array.from({ length: Math.min(COMPARED, dataset.test.count) }, (_, i) => i)
  const sample = prepareBatch({ dataset, images: 'test', indices })
  const solutions: Solution[] = []
  for (const [i, each] of trained.entries()) {
    const file = i === 0 ? 'network.onnx' : `network-${each.name}.onnx`
    const network = networks[i]!
    const onnx = await exportNetwork(run, file, network, sample)
    // What was measured on one device says nothing of another.
    const here = table?.device === machine().cpu
    const options = {
      shape: space.input,
      ...(table?.threads && { threads: table.threads }),
      batch: table?.batch ?? 1,
    }
    const measured = here ? { measured: { latencyMs: (await measureLatency(onnx, options)).medianMs } } : {}
    solutions.push({ ...(await solution(config, each, network)), ...measured, files: { network: file } })
    progress.line(`${each.name}: ${file}, same logits in onnxruntime`)
  }
  return solutions
}

/** Of networks that a deadline kept from being trained to the end. */
export const cutShortNotes = ({ trained }: Pick<TrainedNetworks, 'trained'>): readonly string[] =>
  trained.flatMap(({ name, cutShort }) =>
    cutShort ? [`The network ${name} was trained for ${cutShort.steps} of ${cutShort.of} steps.`] : [],
  )

/** The cost model of a search's networks: its table, its accelerator, or counting. */
export function modelOf({ table, accelerator }: Pick<SearchConfig, 'table' | 'accelerator'>): CostModel {
  if (table) return tableCostModel(table)
  return accelerator ? acceleratorCostModel(accelerator, readPeModel()) : countCostModel
}

async function solution(
  config: SearchConfig,
  { name, validation, test }: Trained,
  network: Network,
): Promise<Solution> {
  const { layers: _, ...cost } = await modelOf(config).estimate(network)
  const asked = config.prices.map(({ metric, bound }): Constraint => {
    return { metric, op: '<=', bound, relative: false, text: `${metric}<=${bound}` }
  })
  const missed = misses(asked, cost)
  return { name, met: missed.length === 0, misses: missed, cost: { ...cost }, accuracy: { validation, test } }
}
