import { join } from 'node:path'
import type { Command } from 'commander'
import type { ProfileResult } from '../cost/index.js'
import type { Run, Solution } from '../runs/index.js'
import type { Space } from '../search/space-index.js'
import { type LongOptions, longCommand } from './long-command.js'
import { positiveInteger } from './number-options.js'
import { outputFile } from './output-file.js'
import type { FrameOptions } from './with-run.js'

export interface ProfileSettings {
  readonly threads: number
  readonly batch: number
  readonly rounds: number
  readonly out?: string
}

type Options = LongOptions & ProfileSettings & { readonly space: string }

/** What the run folder keeps. */
type Config = ProfileSettings & { readonly space: Space }

/** `tandem profile`: measures what every choice of a space costs on this machine and writes a device table. */
export function register(program: Command): void {
  const command = program
    .command('profile')
    .description('measure a search space on this machine: a device table')
    .option('--space <file>', 'search space: a YAML file, or the name of one in search-spaces/')
    .option('--threads <n>', 'threads within an operation', positiveInteger, 1)
    .option('--batch <n>', 'images at a time', positiveInteger, 1)
    .option('--rounds <n>', 'rounds of measurement; more is more exact', positiveInteger, 12)
    .option('--out <file>', 'write the table here too (default: only table.yaml in the run folder)')
  longCommand(command, ['space']).action(async (options: Options) => {
    const { createRun } = await import('../runs/index.js')
    const { readSpace } = await import('../search/space-index.js')
    const { threads, batch, rounds, seed, run: name } = options
    const out = options.out === undefined ? {} : { out: outputFile(options.out) }
    const config: Config = { space: readSpace(options.space), threads, batch, rounds, ...out }
    await resume(createRun({ name, command: 'profile', config, seed }), options)
  })
}

/** Does or continues a profile in its run folder. */
export async function resume(run: Run, options: FrameOptions): Promise<void> {
  const { profileReport, profileSpace, profileVerdict, writeTable } = await import('../cost/index.js')
  const { drive, machine } = await import('../runs/index.js')
  const { profiledSpace } = await import('../search/space-index.js')
  const { withRun } = await import('./with-run.js')
  const { space, out, ...settings } = run.config as Config
  const runtime = run.versions['onnxruntime-node']
  const job = profileSpace({
    ...profiledSpace(space, run.seed),
    ...settings,
    device: machine().cpu,
    ...(runtime === undefined ? {} : { software: `onnxruntime ${runtime}` }),
    seed: run.seed,
  })
  await withRun(run, options, async session => {
    const result = await drive(job, run, session)
    for (const file of [join(run.folder, 'table.yaml'), ...(out === undefined ? [] : [out])]) {
      writeTable(file, result.table)
      session.progress.line(`Table: ${file}`)
    }
    session.progress.line(profileVerdict(result))
    return { asked: [], solutions: await solutionsOf(space, result), report: profileReport(result) }
  })
}

/** The networks that checked the table, in the form that every result has. */
async function solutionsOf(space: Space, { networks }: ProfileResult): Promise<Solution[]> {
  const { count } = await import('../network/index.js')
  const { decode } = await import('../search/space-index.js')
  return networks.map(({ name, architecture, predictedMs, measuredMs }) => {
    const { macs, params } = count(decode(space, architecture))
    const cost = { latencyMs: predictedMs, macs, params }
    return { name, met: true, misses: [], cost, measured: { latencyMs: measuredMs } }
  })
}
