import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { countCostModel, measureLatency, parseConstraint } from '../src/cost/index.js'
import { type Dataset, loadDataset } from '../src/data/index.js'
import { type Network, readOnnx, writeOnnx } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import {
  type CriterionName,
  EVOLUTION_PLAN,
  FINE_TUNING,
  KEEP_AT_LEAST,
  type PruneConfig,
  type PruneResult,
  pruneJob,
} from '../src/prune/index.js'
import { createRun, drive, openRun, readStatus, runsRoot } from '../src/runs/index.js'
import { type BenchOptions, type BenchResult, integerOption, row } from './bench.js'

/** One pruned and trained network. A ranking is learned by `legr` once a seed, at the tightest budget. */
interface Case {
  readonly criterion: CriterionName
  readonly percent: number
  readonly seed: number
  /** Of fine-tuning, in units of the usual number. */
  readonly longer?: number
}

const TIGHTEST = 30
const OTHERS = ['l2', 'uniform', 'random'] as const
const at = (criteria: readonly CriterionName[], percent: number, seed = 0): Case[] =>
  criteria.map(criterion => ({ criterion, percent, seed }))

const CASES: readonly Case[] = [
  ...at(['legr', ...OTHERS], 50),
  ...at(['legr'], 70),
  ...at(['legr'], 30),
  ...at(['legr', 'l2'], 50, 1),
  ...at(['legr', 'l2'], 50, 2),
  ...at(OTHERS, 30),
  ...at(OTHERS, 70),
  { criterion: 'legr', percent: 50, seed: 0, longer: 4 },
]

/** The normalisation that the shared models were trained with. */
const INPUT = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const COLUMNS =
  'criterion,budget_percent,seed,epochs,macs,params,held_out_before,held_out,test,test_incoming,ranking_seconds,seconds'

/**
 * ResNet-56 on CIFAR-10 pruned by LeGR and by other criteria, before and after the same fine-tuning: test accuracy
 * (ours) against that of the network that came in (theirs). Every case, and every ranking, is a run that is resumed where
 * it is unfinished. What is finished goes to `docs/data/legr.csv`, and the networks lie in the run folders.
 * `--data` (needed: cifar10:DIR), `--model` (needed: its ONNX file), `--epochs` (5), `--cases` how many (all),
 * `--latency`: also measures every network in onnxruntime, in turns with the whole one.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { data, model } = options
  if (data === undefined || model === undefined)
    throw new RangeError('--data cifar10:DIR and --model FILE.onnx are needed')
  const epochs = integerOption(options, 'epochs', 5)
  const cases = CASES.slice(0, integerOption(options, 'cases', CASES.length))
  const network = readOnnx(model)
  const dataset: Dataset = { ...(await loadDataset(data)), ...INPUT }
  const file = join(packageRoot, 'docs/data/legr.csv')
  mkdirSync(dirname(file), { recursive: true })
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [COLUMNS]
  const rows: BenchResult['rows'][number][] = []
  for (const each of cases) {
    const { criterion, percent, seed, longer = 1 } = each
    const key = [criterion, percent, seed, epochs * longer].join(',')
    if (!lines.some(line => line.startsWith(`${key},`))) {
      const values = await pruned(network, dataset, each, epochs * longer)
      lines.push(`${key},${values.map(value => `${Number(value.toPrecision(6))}`).join(',')}`)
      writeFileSync(file, `${lines.join('\n')}\n`)
    }
    const values = lines.find(line => line.startsWith(`${key},`))!.split(',')
    const name = `${criterion}, ${percent} % of the MACs, seed ${seed}, ${epochs * longer} epochs`
    rows.push(row(`${name}: test accuracy`, Number(values[8]), Number(values[9])))
    if (options['latency'] !== undefined) rows.push(await latency(network, runName(each, epochs), name))
  }
  return { name: 'legr', rows }
}

const runName = ({ criterion, percent, seed, longer = 1 }: Case, epochs: number) =>
  `legr-${criterion}-${percent}-${seed}-${epochs * longer}`

/** Figures of one case, in the order of the columns after the key. */
async function pruned(network: Network, dataset: Dataset, each: Case, epochs: number): Promise<number[]> {
  const { criterion, percent, seed, longer = 1 } = each
  const ranking = criterion === 'legr' ? await ranked(network, dataset, seed) : undefined
  const { result, seconds } = await driven(runName(each, epochs / longer), network, dataset, seed, {
    budgets: [parseConstraint(`macs<=${percent}%`)],
    criterion,
    ...(ranking && { affine: ranking.affine }),
    training: { ...FINE_TUNING, epochs, precision: 'bf16' },
  })
  const [cut, accuracy] = [result.cuts[0]!, result.accuracies[0]!]
  const { before, after } = accuracy
  return [
    ...[cut.cost.macs, cut.cost.params, before, after.heldOut, after.test, result.incoming!.test],
    ...[ranking?.seconds ?? 0, seconds],
  ]
}

async function ranked(network: Network, dataset: Dataset, seed: number) {
  const { result, seconds } = await driven(`legr-ranking-${seed}`, network, dataset, seed, {
    budgets: [parseConstraint(`macs<=${TIGHTEST}%`)],
    criterion: 'legr',
    training: { ...FINE_TUNING, epochs: 0 },
  })
  return { affine: result.learned!.affine, seconds }
}

async function driven(
  name: string,
  network: Network,
  dataset: Dataset,
  seed: number,
  changes: Pick<PruneConfig, 'budgets' | 'criterion' | 'training'> & Partial<PruneConfig>,
): Promise<{ result: PruneResult; seconds: number }> {
  const config: PruneConfig = {
    ...{ reduce: 'sum', keep: [], keepAtLeast: KEEP_AT_LEAST, roundTo: 1, evolution: EVOLUTION_PLAN },
    ...{ tau: 0, images: 1000, heldOut: 0.1, share: 1, augment: { crop: 4, flip: true }, precision: 'bf16' },
    ...changes,
  }
  const folder = join(runsRoot(), name)
  const run = existsSync(folder)
    ? openRun(undefined, name)
    : createRun({ name, command: 'bench legr', config, seed })
  const job = pruneJob({ network, config, modelOf: () => countCostModel, dataset, seed })
  const line = (text: string) => process.stderr.write(`${name}: ${text}\n`)
  const result = await drive(job, run, { progress: { update() {}, line, end() {} } })
  writeFileSync(join(run.folder, 'network.onnx'), writeOnnx(result.networks[0]!))
  return { result, seconds: readStatus(run).seconds }
}

/** Milliseconds of a batch of 1 in onnxruntime: the pruned network against the whole one. */
async function latency(network: Network, name: string, label: string) {
  const shape = network.input.shape as [number, number, number]
  const onnx = readFileSync(join(runsRoot(), name, 'network.onnx'))
  const whole = (await measureLatency(writeOnnx(network), { shape, batch: 1 })).medianMs
  const small = (await measureLatency(onnx, { shape, batch: 1 })).medianMs
  return row(`${label}: ms in onnxruntime`, small, whole)
}
