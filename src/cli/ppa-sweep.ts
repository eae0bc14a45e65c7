import { join } from 'node:path'
import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { AcceleratorSpace, FittedModels, Objective, Workload } from '../hardware/index.js'
import type { Run } from '../runs/index.js'
import { collect, type LongOptions, longCommand } from './long-command.js'
import { positiveInteger } from './number-options.js'
import { objectiveOption } from './ppa-estimate.js'
import { networkNamed } from './ppa-network.js'
import type { FrameOptions } from './with-run.js'

interface Options extends LongOptions {
  readonly accelerators: string
  readonly network: readonly string[]
  readonly batch: number
  readonly objective: Objective
  readonly models?: string
}

/** What the run folder keeps. */
interface Config {
  readonly space: AcceleratorSpace
  readonly workloads: readonly Workload[]
  readonly batch: number
  readonly objective: Objective
  readonly models: FittedModels
}

/** `tandem ppa sweep`: every design of a space on some networks; a table, a figure, the Pareto front. */
export function register(ppa: Command): void {
  const command = ppa
    .command('sweep')
    .description('price every accelerator of a space on some networks')
    .option('--accelerators <file>', 'space: a YAML file, or the name of one in latency-models/accelerator/')
    .option('--network <name>', 'see `ppa estimate --help`; may be repeated', collect)
    .option('--batch <n>', 'images at a time', positiveInteger, 1)
    .addOption(objectiveOption())
    .option('--models <file>', 'coefficients of the PE models (default: those that ship)')
  longCommand(command, ['accelerators', 'network']).action(async (options: Options) => {
    const { createRun } = await import('../runs/index.js')
    const { readAcceleratorSpace, readFittedModels } = await import('../hardware/index.js')
    const { network, batch, objective, seed, run: name } = options
    const space = readAcceleratorSpace(options.accelerators)
    const workloads = await workloadsOf(network)
    const config: Config = { space, workloads, batch, objective, models: readFittedModels(options.models) }
    await resume(createRun({ name, command: 'ppa-sweep', config, seed }), options)
  })
}

/** What the networks ask of an accelerator. Two may not have one name: the table tells them apart by it. */
async function workloadsOf(networks: readonly string[]): Promise<readonly Workload[]> {
  const { workloadOf } = await import('../hardware/index.js')
  const built = await Promise.all([...new Set(networks)].map(networkNamed))
  const names = built.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputError(`--network: two of the networks are named "${twice}"; leave one out or rename it`)
  return built.map(workloadOf)
}

/** Does or continues a sweep in its run folder. */
export async function resume(run: Run, options: FrameOptions): Promise<void> {
  const { acceleratorSweep, sweepCsv, sweepFronts, sweepName, sweepReport } = await import('../cost/index.js')
  const { peModel } = await import('../hardware/index.js')
  const { drive, onDisk, writeAside } = await import('../runs/index.js')
  const { withRun } = await import('./with-run.js')
  const { space, workloads, batch, objective, models } = run.config as Config
  const sweep = { space, workloads, peModel: peModel(models), batch, objective }
  const job = acceleratorSweep(sweep)
  await withRun(run, options, async session => {
    const found = await drive(job, run, session)
    const file = join(run.folder, 'sweep.csv')
    onDisk(run, () => writeAside(file, sweepCsv(space, found)))
    session.progress.line(`${found.points.length} points, ${found.refusals.length} refused: ${file}`)
    const solutions = sweepFronts(found).map(point => {
      const { network, latencyMs, energyMj, areaMm2 } = point
      const { macs, params } = workloads.find(({ name }) => name === network)!
      const cost = { latencyMs, energyMj, areaMm2, macs, params }
      return { name: sweepName(space, point), met: true, misses: [], cost }
    })
    return { asked: [], solutions, report: sweepReport(sweep, found) }
  })
}
