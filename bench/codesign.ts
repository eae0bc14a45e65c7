import { join } from 'node:path'
import { familyOf, readAccuracyTable } from '../src/codesign/index.js'
import { packageRoot } from '../src/package-root.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption } from './bench.js'
import { type CodesignBench, writer } from './sides/codesign-bench.js'
import { full } from './sides/codesign-full.js'
import { memory } from './sides/codesign-memory.js'
import { small } from './sides/codesign-small.js'
import { supernet } from './sides/codesign-supernet.js'

const PARTS = ['small', 'full', 'memory'] as const
const NAMES: readonly string[] = [...PARTS, 'supernet']

/**
 * Co-design of NAS-Bench-201's networks and accelerators, beside the true front found by going through all pairs.
 * `--table FILE` (needed): accuracies, nb201_acc.csv.gz. `--seeds` (11), `--part` one of:
 *
 * - `small`: cells of three operations × `accelerator-space`, 629,856 pairs: share of the true front's hypervolume
 *   at 0.1, 0.3 and 1 % of the evaluations, against NSGA-II without the exchange of halves and a growing population,
 *   mating without tournaments (parents at random), and random pairs; for error and energy, and error, latency and area
 * - `full`: all 15,625 cells × `accelerator-study`, `--evaluations` (10,000): co-design against network first, hardware
 *   first and random pairs, and what a designer would pick from each
 * - `supernet`, only when asked for, and with `--data cifar10:DIR` in place of a table: `--space` (cifar10-mbconv) with a
 *   one-shot supernet of `--epochs` (10) on `--share` (1) of the images, tuned for `--tune-steps` (100) for each PE type of
 *   `--accelerators` (accelerator-study), `--evaluations` (1,500) on `--images` (1,000), `--retrain` (6) members trained for `--train-epochs`
 *   (10); `--batch` (128); runs are called `--name` (codesign-supernet); `--supernet RUN` takes one that is trained
 * - `memory`: the heap over `--generations` (100,000) of accelerators for one network, and evaluations a second
 *
 * Figures go to `docs/data/codesign-*.csv` and `docs/images/codesign-*.svg`, or under `--docs`.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const { table, part, docs = join(packageRoot, 'docs') } = options
  if (part !== undefined && !NAMES.includes(part))
    throw new RangeError(`--part takes ${NAMES.join(', ')}, got "${part}"`)
  if (part === 'supernet') return { name: 'codesign', rows: await supernet(options, writer(docs)) }
  if (table === undefined) throw new RangeError('--table nb201_acc.csv.gz is needed')
  const family = familyOf({ kind: 'nasbench201' })
  const bench: CodesignBench = {
    table: readAccuracyTable(table, family),
    seeds: integerOption(options, 'seeds', 11),
    evaluations: integerOption(options, 'evaluations', 10_000),
    generations: integerOption(options, 'generations', 100_000),
    write: writer(docs),
  }
  const parts = { small, full, memory }
  const rows: BenchRow[] = []
  for (const name of PARTS) if (part === undefined || part === name) rows.push(...(await parts[name](bench)))
  return { name: 'codesign', rows }
}
