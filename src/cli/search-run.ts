import {
  absolute,
  type Constraint,
  type Cost,
  checkTableCovers,
  formatMetric,
  measureLatency,
  misses,
  tableCostModel,
} from '../cost/index.js'
import { type Dataset, loadDataset, prepareBatch } from '../data/index.js'
import { estimateMemory } from '../engine/index.js'
import { DataError } from '../errors.js'
import { count, type Network } from '../network/index.js'
import { drive, machine, type Run, type Solution } from '../runs/index.js'
import {
  architectureTable,
  decode,
  largest,
  pricesOf,
  type SearchConfig,
  type SearchResult,
  type Space,
  searchFigures,
  searchJob,
  type Trained,
} from '../search/index.js'
import { exportNetwork } from './export-network.js'
import type { ResumeOptions } from './long-command.js'
import { type Session, type Work, withRun } from './with-run.js'

/** Images on which an export is compared with the engine. */
const COMPARED = 32

/** The data of a search. Says whatever can be wrong with it before anything is written: data, prices, reachability. */
export async function prepareSearch(config: SearchConfig): Promise<Dataset> {
  const { space, table } = config
  // Where latency is not constrained the result still states it.
  if (table) checkTableCovers(table, space)
  pricesOf(space, config.constraints, table)
  const dataset = await loadDataset(config.data)
  checkShapes(space, dataset)
  searchJob(config, dataset, 0)
  return dataset
}

/** Does or continues a search in its run folder: search, train, export, report. */
export async function runSearch(
  run: Run,
  config: SearchConfig,
  dataset: Dataset,
  options: ResumeOptions,
): Promise<void> {
  await withRun(run, options, async session => {
    session.progress.line(memoryLine(config))
    const result = await drive(searchJob(config, dataset, run.seed), run, session)
    return finish(run, config, dataset, result, session)
  })
}

function checkShapes({ name, input, classes }: Space, dataset: Dataset): void {
  const [space, data] = [input, dataset.shape].map(shape => shape.join('×'))
  if (space !== data)
    throw new DataError(`space ${name} takes images of ${space}; ${dataset.name} has ${data}`)
  if (classes !== dataset.classes.length) {
    throw new DataError(`space ${name} has ${classes} classes; ${dataset.name} has ${dataset.classes.length}`)
  }
}

function memoryLine({ space, search, training }: SearchConfig): string {
  const network = decode(space, largest(space))
  const bytes = estimateMemory(network, Math.max(search.batchSize, training.batchSize))
  return `Memory needed: about ${(bytes / 1e9).toFixed(1)} GB, of ${machine().memoryGib} GiB in this machine`
}

async function finish(
  run: Run,
  config: SearchConfig,
  dataset: Dataset,
  result: SearchResult,
  { progress }: Session,
): Promise<Work> {
  const { space, table } = config
  const constraints = await absoluteConstraints(config)
  const indices = Int32Array.from({ length: Math.min(COMPARED, dataset.test.count) }, (_, i) => i)
  const sample = prepareBatch({ dataset, images: 'test', indices })
  const solutions: Solution[] = []
  for (const [i, trained] of result.trained.entries()) {
    const file = i === 0 ? 'network.onnx' : `network-${trained.name}.onnx`
    const network = result.networks[i]!
    const onnx = await exportNetwork(run, file, network, sample)
    // What was measured on one device says nothing of another.
    const here = table?.device === machine().cpu
    const options = {
      shape: space.input,
      ...(table?.threads && { threads: table.threads }),
      batch: table?.batch ?? 1,
    }
    const measured = here ? { measured: { latencyMs: (await measureLatency(onnx, options)).medianMs } } : {}
    solutions.push({
      ...(await solution(config, constraints, trained, network)),
      ...measured,
      files: { network: file },
    })
    progress.line(`${trained.name}: ${file}, same logits in onnxruntime`)
  }
  const prices = pricesOf(space, config.constraints, table)
  const architecture = architectureTable(space, result.trained[0]!.architecture, result.decided, prices)
  return {
    shown: [architecture],
    asked: constraints.map(({ metric, op, bound }) => ({ metric, op, bound })),
    solutions: solutions.slice(0, 1),
    baselines: solutions.slice(1),
    report: {
      title: `${space.name} within ${constraints.map(({ metric, bound }) => `${metric} ${formatMetric(metric, bound)}`).join(', ')}`,
      tables: [architecture],
      figures: searchFigures(result.epochs, prices),
      notes: [
        'The decisions alone are moved to the nearest architecture that meets every bound at exact prices: the least certain are turned round first.',
        'Every network was trained from scratch with the same plan and seen once by the test split.',
      ],
    },
  }
}

/** What a network costs by the table where there is one, and by counting. */
async function costOf({ table }: SearchConfig, network: Network): Promise<Cost> {
  if (table) {
    const { layers: _, ...cost } = await tableCostModel(table).estimate(network)
    return cost
  }
  const { macs, params } = count(network)
  return { macs, params }
}

/** The constraints in units; percent is of the largest network. */
async function absoluteConstraints(config: SearchConfig): Promise<Constraint[]> {
  const reference = await costOf(config, decode(config.space, largest(config.space)))
  return config.constraints.map(constraint => absolute(constraint, reference))
}

async function solution(
  config: SearchConfig,
  constraints: readonly Constraint[],
  { name, validation, test }: Trained,
  network: Network,
): Promise<Solution> {
  const cost = await costOf(config, network)
  const missed = misses(constraints, cost)
  return { name, met: missed.length === 0, misses: missed, cost: { ...cost }, accuracy: { validation, test } }
}
