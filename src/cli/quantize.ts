import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Constraint } from '../cost/index.js'
import { InputError } from '../errors.js'
import {
  DISTRIBUTION_FORMS,
  type DistributionForm,
  type FirstLast,
  type QuantizeConfig,
  SCHEMES,
  type SchemeName,
} from '../quantize/plan-index.js'
import type { Run } from '../runs/index.js'
import { dataInput } from './data-input.js'
import type { InputModel } from './input-model.js'
import { collect, type LongOptions, longCommand, type ResumeOptions } from './long-command.js'
import { type NormalizationOptions, normalizationOf, normalizationOptions } from './normalization.js'
import { fraction, positiveInteger, positiveNumber, wholeNumber } from './number-options.js'
import { takes } from './option-value.js'
import { type PrecisionOption, precisionOption, resolvePrecision } from './precision-option.js'
import type { QuantizeRunConfig } from './quantize-run.js'

interface Options extends LongOptions, NormalizationOptions {
  readonly data: string
  readonly scheme: readonly SchemeName[]
  readonly constraint?: readonly string[]
  readonly on?: string
  readonly firstLast?: FirstLast
  readonly distributionLoss?: DistributionForm | 'none'
  readonly calibration?: number
  readonly percentile?: number
  readonly regularizer?: number
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly optimizer?: keyof typeof OPTIMIZERS
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
    .option(
      '--scheme <name>',
      `how weights and feature maps are kept: ${SCHEMES.join(', ')}; may be given several times, or all`,
      schemeName,
    )
    .option(
      '--constraint <text>',
      'flightnn: "terms<=1.4" (powers of two a weight), "latency<=2ms", "energy<=60%" (of every term); several for one network each',
      collect,
    )
    .option('--on <cost>', 'what results are priced on, with elements of each scheme: accelerator:FILE')
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
    .addOption(
      new Option('--optimizer <name>', 'of weights (sgd with Nesterov momentum; of signs adam)').choices(
        Object.keys(OPTIMIZERS),
      ),
    )
    .option('--share <x>', 'share of the training images to train on', fraction, 1)
  for (const option of [...normalizationOptions(), precisionOption()]) command.addOption(option)
  longCommand(command, ['data', 'scheme']).action(async (file: string, options: Options) => {
    const { isBuilder } = await import('./built-model.js')
    const { readModel } = await import('./input-model.js')
    const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`))
    await start(isBuilder(file) ? file : readModel(file, say), options, say)
  })
}

const OPTIMIZERS = {
  adam: { kind: 'adam' },
  sgd: { kind: 'momentum', momentum: 0.9, nesterov: true },
  rmsprop: { kind: 'rmsprop' },
} as const

/** Collects schemes; `all` is every one that a processing element computes. */
const schemeName = takes(
  { type: 'text', choices: [...SCHEMES, 'all'], repeatable: true },
  (text: string, earlier: readonly SchemeName[] = []): readonly SchemeName[] => {
    const named = text === 'all' ? COMPUTED : SCHEMES.filter(name => name === text)
    if (named.length === 0)
      throw new InvalidArgumentError(`Allowed choices are ${[...SCHEMES, 'all'].join(', ')}.`)
    const twice = named.find(name => earlier.includes(name))
    if (twice !== undefined) throw new InvalidArgumentError(`${twice} is given twice.`)
    return [...earlier, ...named]
  },
)

/** Schemes of which `all` consists: signs are another kind of network, trained in another way. */
const COMPUTED = SCHEMES.filter(name => !name.startsWith('binary'))

const percent = takes({ type: 'number', above: 0, maximum: 100 }, (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 100) return value
  throw new InvalidArgumentError('Expected per cent, above 0 and up to 100.')
})

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
  await checkQuantization(inputs, options.seed)
  const trains = config.quantizations.find(({ training }) => training.epochs > 0)
  const precision =
    trains &&
    (await resolvePrecision(options.precision, {
      ...{ network: inputs.model.network, batchSize: trains.training.batchSize, say },
    }))
  const quantizations = config.quantizations.map(({ training, ...rest }) => ({
    ...rest,
    training: { ...training, ...(precision !== undefined && training.epochs > 0 && { precision }) },
  }))
  const resolved = { ...config, quantizations }
  const run = createRun({
    ...{ name: options.run, command: 'quantize', config: resolved, seed: options.seed },
    inputs: dataInput(config.data, inputs.dataset),
  })
  await runQuantize(run, { ...inputs, config: resolved }, options)
}

/** Continues a quantization in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { loadQuantization, runQuantize } = await import('./quantize-run.js')
  const { checkInputs } = await import('../runs/index.js')
  const inputs = await loadQuantization(run.config as QuantizeRunConfig)
  checkInputs(run, dataInput(inputs.config.data, inputs.dataset))
  await runQuantize(run, inputs, options)
}

/** Everything that the options leave open, filled in. Throws InputError where they contradict. */
async function configOf(model: InputModel | string, options: Options): Promise<QuantizeRunConfig> {
  const { schemes } = await import('../quantize/index.js')
  const { data, scheme: names, constraint: texts = [], distributionLoss: form } = options
  const constraints = await constraintsOf(texts, names)
  const normalization = normalizationOf(options)
  if (form !== undefined && form !== 'none' && names.every(name => schemes[name].activationBits > 1))
    throw new InputError(
      `--distribution-loss ${form}: only signs have one, and ${names.join(', ')} ${names.length > 1 ? 'have' : 'has'} none`,
    )
  const quantizations: QuantizeConfig[] = []
  for (const name of names) {
    const own = schemes[name].decides && constraints.length > 0 ? constraints : [undefined]
    for (const constraint of own) quantizations.push(await quantizationOf(name, constraint, model, options))
  }
  return {
    model: typeof model === 'string' ? { built: model } : { file: model.file, sha256: model.sha256 },
    data,
    ...(normalization && { normalization }),
    ...(await pricedOn(options)),
    quantizations,
  }
}

async function constraintsOf(
  texts: readonly string[],
  names: readonly SchemeName[],
): Promise<readonly Constraint[]> {
  if (texts.length === 0) return []
  const { parseConstraints } = await import('../cost/index.js')
  const { schemes } = await import('../quantize/index.js')
  const constraints = parseConstraints(texts, '--constraint')
  if (!names.some(name => schemes[name].decides))
    throw new InputError(
      `constraint "${texts[0]}": every weight takes as much by ${names.join(', ')}; only flightnn can keep it`,
    )
  return constraints
}

async function quantizationOf(
  name: SchemeName,
  constraint: Constraint | undefined,
  model: InputModel | string,
  options: Options,
): Promise<QuantizeConfig> {
  const { CALIBRATION, DISTRIBUTION_PLAN, schemes, TERMS_PLAN, trainingPlanOf } = await import(
    '../quantize/index.js'
  )
  const { calibration, percentile, regularizer, share, epochs, batch, learningRate, optimizer } = options
  const { distributionLoss: form } = options
  const scheme = schemes[name]
  const distributes = scheme.activationBits === 1 && form !== 'none'
  return {
    scheme: name,
    firstLast: options.firstLast ?? scheme.firstLast,
    calibration: {
      batches: calibration ?? CALIBRATION.batches,
      percentile: percentile ?? CALIBRATION.percentile,
    },
    ...(constraint && { constraint }),
    terms: { ...TERMS_PLAN, ...(regularizer && { regularizer }) },
    // The paper's loss for signs, unless something else is asked for.
    ...(distributes && { distribution: { ...DISTRIBUTION_PLAN, ...(form && { form }) } }),
    heldOut: 0.1,
    share,
    augment: { crop: 4, flip: true },
    training: {
      ...trainingPlanOf(scheme, { trained: typeof model !== 'string' }),
      ...(epochs !== undefined && { epochs }),
      ...(batch && { batchSize: batch }),
      ...(learningRate && { learningRate }),
      ...(optimizer && { optimizer: OPTIMIZERS[optimizer] }),
    },
  }
}

async function pricedOn({ on }: Options): Promise<Pick<QuantizeRunConfig, 'on'>> {
  if (on === undefined) return {}
  const { readPricedOn } = await import('./priced-on.js')
  const { on: named } = await readPricedOn(on, 'quantization')
  if (named === undefined || named === 'host')
    throw new InputError(`--on "${on}": schemes are priced on accelerator:FILE, such as edge-int8`)
  return { on: named }
}
