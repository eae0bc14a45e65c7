import type { Command } from 'commander'
import type { Constraint } from '../cost/index.js'
import { InputError } from '../errors.js'
import type { Run } from '../runs/index.js'
import { dataInput } from './data-input.js'
import { designFiles } from './design-files.js'
import type { EvaluateConfig } from './evaluate-run.js'
import type { InputModel } from './input-model.js'
import { collect, type LongOptions, longCommand, type ResumeOptions } from './long-command.js'
import { type NormalizationOptions, normalizationOf, normalizationOptions } from './normalization.js'
import { positiveInteger } from './number-options.js'
import { readPricedOn } from './priced-on.js'
import { dataOption } from './tuning-command.js'

interface Options extends LongOptions, NormalizationOptions {
  readonly data?: string
  readonly on?: string
  readonly batch: number
  readonly constraint?: readonly string[]
}

/** `tandem evaluate`: accuracy and price of a network as it stands. */
export function register(program: Command): void {
  const command = program
    .command('evaluate')
    .description('accuracy and price of a network as it stands; with --constraint, whether it is within')
    .argument('<model>', 'an ONNX file, a packed one, network.json (price alone), or the folder of a design')
    .option(...dataOption)
    .option(
      '--on <cost>',
      'what latency and energy are of: accelerator:FILE or host (measured here); by default the accelerator in the folder of a design, otherwise MACs alone',
    )
    .option('--batch <n>', 'images at a time, of latency and energy', positiveInteger, 1)
    .option('--constraint <bound>', 'such as latency<=4ms; exit code 3 where it is missed', collect)
  for (const option of normalizationOptions()) command.addOption(option)
  longCommand(command).action(start)
}

async function start(path: string, options: Options): Promise<void> {
  const { data, batch, constraint = [], seed, run: name } = options
  const files = designFiles(path)
  const on = options.on ?? (files.accelerator && `accelerator:${files.accelerator}`)
  const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`))
  const model = await readEvaluated(files.network, say)
  const normalization = normalizationOf(options)
  const config: EvaluateConfig = {
    model: { file: model.file, sha256: model.sha256 },
    ...(data !== undefined && { data }),
    ...(normalization && { normalization }),
    ...(await readPricedOn(on, 'network of its own')),
    batch,
    constraints: await readConstraints(constraint),
  }
  const { loadEvaluated, runEvaluate } = await import('./evaluate-run.js')
  const dataset = await loadEvaluated(model, config)
  const { createRun } = await import('../runs/index.js')
  const inputs = dataInput(data, dataset)
  const run = createRun({ name, command: 'evaluate', config, seed, inputs })
  await runEvaluate(run, { model, config, dataset }, options)
}

/** Continues an evaluation in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { refuseOther } = await import('./input-model.js')
  const { loadEvaluated, runEvaluate } = await import('./evaluate-run.js')
  const config = run.config as EvaluateConfig
  const model = refuseOther(await readEvaluated(config.model.file), config.model)
  const dataset = await loadEvaluated(model, config)
  const { checkInputs } = await import('../runs/index.js')
  checkInputs(run, dataInput(config.data, dataset))
  await runEvaluate(run, { model, config, dataset }, options)
}

/** A model, or a structure without weights. Throws what `readModel` and `readStructure` throw. */
async function readEvaluated(file: string, note?: (line: string) => void): Promise<InputModel> {
  const { readModel, readStructureModel } = await import('./input-model.js')
  return /\.json$/i.test(file) ? readStructureModel(file) : readModel(file, note)
}

async function readConstraints(texts: readonly string[]): Promise<readonly Constraint[]> {
  const { parseConstraints } = await import('../cost/index.js')
  const constraints = parseConstraints(texts, '--constraint')
  const relative = constraints.find(each => each.relative)
  if (relative !== undefined)
    throw new InputError(
      `--constraint "${relative.text}": there is nothing that it could be a percentage of; give it in units`,
    )
  return constraints
}
