import { type Command, InvalidArgumentError, Option } from 'commander'
import { InputError } from '../errors.js'
import {
  DISTRIBUTION_FORMS,
  type DistributionForm,
  type FirstLast,
  SCHEMES,
  type SchemeName,
} from '../quantize/plan-index.js'
import type { Run } from '../runs/index.js'
import type { InputModel } from './input-model.js'
import { type LongOptions, longCommand, type ResumeOptions } from './long-command.js'
import { type NormalizationOptions, normalizationOf, normalizationOptions } from './normalization.js'
import { fraction, positiveInteger, positiveNumber, wholeNumber } from './number-options.js'
import { type PrecisionOption, precisionOption, resolvePrecision } from './precision-option.js'
import type { QuantizeRunConfig } from './quantize-run.js'

interface Options extends LongOptions, NormalizationOptions {
  readonly data: string
  readonly scheme: SchemeName
  readonly constraint?: string
  readonly on?: string
  readonly firstLast?: FirstLast
  readonly distributionLoss?: DistributionForm | 'none'
  readonly calibration?: number
  readonly percentile?: number
  readonly regularizer?: number
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly share: number
  readonly precision: PrecisionOption
}

/** `tandem quantize`: a network in few bits, out of a trained one or from scratch. */
export function register(program: Command): void {
  const command = program
    .command('quantize')
    .description('bring a model to few bits: integers, sums of powers of two, signs')
    .argument('<model>', 'an ONNX file; or resnet20 (any 6n + 2) or vgg-small[:WIDTH], from scratch')
    .option('--data <data>', 'cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or cifar10-sample')
    .addOption(new Option('--scheme <name>', 'how weights and feature maps are kept').choices(SCHEMES))
    .option(
      '--constraint <text>',
      'flightnn: "terms<=1.4" (powers of two a weight), "latency<=2ms", "energy<=60%" (of every term)',
    )
    .option('--on <cost>', 'what latency and energy of terms are priced on: accelerator:FILE with lightpe-1')
    .addOption(
      new Option(
        '--first-last <how>',
        'the first and the last layer; by default float for signs alone',
      ).choices(['quantized', 'float']),
    )
    .addOption(
      new Option('--distribution-loss <form>', 'of what becomes signs, while training (paper)').choices([
        ...['none', ...DISTRIBUTION_FORMS],
      ]),
    )
    .option('--calibration <n>', 'training batches that ranges are taken of (4)', positiveInteger)
    .option(
      '--percentile <x>',
      'per cent of the values, but for 0, that a range holds; 100 for all (99.99)',
      percent,
    )
    .option('--regularizer <x>', 'flightnn: λ of the norms of what is left to round (1e-5)', positiveNumber)
    .option(
      '--epochs <n>',
      'of training; 0 to calibrate alone (10; 30 or, of signs, 65 from scratch)',
      wholeNumber,
    )
    .option('--batch <n>', 'images a step', positiveInteger)
    .option('--learning-rate <x>', 'at first', positiveNumber)
    .option('--share <x>', 'share of the training images to train on', fraction, 1)
  for (const option of [...normalizationOptions(), precisionOption()]) command.addOption(option)
  longCommand(command, ['data', 'scheme']).action(async (file: string, options: Options) => {
    const { isBuilder } = await import('./built-model.js')
    const { readModel } = await import('./input-model.js')
    const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`))
    await start(isBuilder(file) ? file : readModel(file, say), options, say)
  })
}

function percent(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 100) return value
  throw new InvalidArgumentError('Expected per cent, above 0 and up to 100.')
}

/** Checks everything, cheap things first, makes the run folder, and quantizes. */
async function start(
  model: InputModel | string,
  options: Options,
  say: (line: string) => void,
): Promise<void> {
  const { checkRunFree, createRun } = await import('../runs/index.js')
  const config = await configOf(model, options)
  if (options.run !== undefined) checkRunFree(options.run)
  const { checkQuantization, loadQuantization, runQuantize } = await import('./quantize-run.js')
  const inputs = await loadQuantization(config, typeof model === 'string' ? undefined : model)
  checkQuantization(inputs, options.seed)
  const { training } = config
  const trained = training.epochs > 0 && {
    precision: await resolvePrecision(options.precision, {
      ...{ network: inputs.model.network, batchSize: training.batchSize, say },
    }),
  }
  const resolved = { ...config, training: { ...training, ...trained } }
  const run = createRun({ name: options.run, command: 'quantize', config: resolved, seed: options.seed })
  await runQuantize(run, { ...inputs, config: resolved }, options)
}

/** Continues a quantization in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { loadQuantization, runQuantize } = await import('./quantize-run.js')
  await runQuantize(run, await loadQuantization(run.config as QuantizeRunConfig), options)
}

/** Everything that the options leave open, filled in. Throws InputError where they contradict. */
async function configOf(model: InputModel | string, options: Options): Promise<QuantizeRunConfig> {
  const { CALIBRATION, schemes, TERMS_PLAN, trainingPlanOf } = await import('../quantize/index.js')
  const { parseConstraint } = await import('../cost/index.js')
  const { data, scheme: name, constraint, calibration, percentile, regularizer, share } = options
  const { epochs, batch, learningRate } = options
  const scheme = schemes[name]
  const normalization = normalizationOf(options)
  const trained = typeof model !== 'string'
  return {
    model: trained ? { file: model.file, sha256: model.sha256 } : { built: model },
    data,
    ...(normalization && { normalization }),
    ...(await pricedOn(options)),
    scheme: name,
    firstLast: options.firstLast ?? scheme.firstLast,
    calibration: {
      batches: calibration ?? CALIBRATION.batches,
      percentile: percentile ?? CALIBRATION.percentile,
    },
    ...(constraint !== undefined && { constraint: parseConstraint(constraint) }),
    terms: { ...TERMS_PLAN, ...(regularizer && { regularizer }) },
    ...(await distributionOf(options)),
    heldOut: 0.1,
    share,
    augment: { crop: 4, flip: true },
    training: {
      ...trainingPlanOf(scheme, { trained }),
      ...(epochs !== undefined && { epochs }),
      ...(batch && { batchSize: batch }),
      ...(learningRate && { learningRate }),
    },
  }
}

async function pricedOn({ on, constraint }: Options): Promise<Pick<QuantizeRunConfig, 'on'>> {
  if (on === undefined) return {}
  if (constraint === undefined)
    throw new InputError(`--on "${on}": there is nothing to price without --constraint`)
  const { readPricedOn } = await import('./priced-on.js')
  const { on: named } = await readPricedOn(on, 'quantization')
  if (named === undefined || named === 'host')
    throw new InputError(`--on "${on}": terms are priced on accelerator:FILE, such as edge-lightpe-1`)
  return { on: named }
}

/** The paper's loss for signs, unless something else is asked for. */
async function distributionOf({
  scheme: name,
  distributionLoss: form,
}: Options): Promise<Pick<QuantizeRunConfig, 'distribution'>> {
  const { DISTRIBUTION_PLAN, schemes } = await import('../quantize/index.js')
  const signs = schemes[name].activationBits === 1
  if (form === 'none' || (form === undefined && !signs)) return {}
  if (!signs) throw new InputError(`--distribution-loss ${form}: only signs have one, and ${name} has none`)
  return { distribution: { ...DISTRIBUTION_PLAN, ...(form && { form }) } }
}
