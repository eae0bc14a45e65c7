import { resolve as absolute, basename, join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { DataSet } from '../hardware/index.js'
import type { Run } from '../runs/index.js'
import { jsonInput } from './data-input.js'
import { type LongOptions, longCommand } from './long-command.js'
import { positiveInteger } from './number-options.js'
import { takes } from './option-value.js'
import { outputFile } from './output-file.js'
import type { FrameOptions } from './with-run.js'

interface Settings {
  readonly folds: number
  readonly heldOut: number
}

/** What the run folder keeps. */
type Config = Settings & { readonly data: string; readonly out?: string }

/** `tandem ppa fit`: models of a processing element from its characterization, with their accuracy on held-out points. */
export function register(ppa: Command): void {
  const command = ppa
    .command('fit')
    .description('fit area, timing and energy models to a characterization data set')
    .argument('<data>', 'the data set: a CSV with its JSON header beside it')
    .option('--out <file>', 'write the coefficients here too (default: only ppa.json in the run folder)')
    .option('--folds <n>', 'folds of the cross-validation that chooses the polynomials', positiveInteger, 5)
    .option('--held-out <fraction>', 'points of every type that fitting never sees', heldOutFraction, 0.2)
  longCommand(command).action(async (data: string, options: LongOptions & Settings & { out?: string }) => {
    const { createRun } = await import('../runs/index.js')
    const { folds, heldOut, seed, run: name } = options
    const out = options.out === undefined ? {} : { out: outputFile(options.out) }
    const config: Config = { data: absolute(data), folds, heldOut, ...out }
    const inputs = jsonInput(config.data, await check(config))
    await resume(createRun({ name, command: 'ppa-fit', config, seed, inputs }), options)
  })
}

/** The data set. Throws InputError when it cannot be read or has too few points. */
async function check({ data, folds, heldOut }: Config): Promise<DataSet> {
  const { checkPoints, readDataSet } = await import('../hardware/index.js')
  const dataSet = readDataSet(data)
  checkPoints(dataSet.points, { header: dataSet.header, folds, heldOut })
  return dataSet
}

/** Does or continues a fit in its run folder. */
export async function resume(run: Run, options: FrameOptions): Promise<void> {
  const { fitFigures, fitJob, fitTables, readDataSet, splitPoints, writeFittedModels } = await import(
    '../hardware/index.js'
  )
  const { checkInputs, drive } = await import('../runs/index.js')
  const { table } = await import('./table.js')
  const { withRun } = await import('./with-run.js')
  const { data, out, folds, heldOut } = run.config as Config
  const seed = run.seed
  await withRun(run, options, async session => {
    const { progress } = session
    const dataSet = readDataSet(data)
    checkInputs(run, jsonInput(data, dataSet))
    const { points, header } = dataSet
    progress.line(`Fitting ${points.length} points of ${basename(data)}`)
    const models = await drive(fitJob(points, { header, folds, heldOut, seed }), run, session)
    for (const file of [join(run.folder, 'ppa.json'), ...(out === undefined ? [] : [out])]) {
      writeFittedModels(file, models)
      progress.line(`Coefficients: ${file}`)
    }
    const tables = fitTables(models)
    const { failed } = models.points
    progress.end()
    if (!options.json && options.print !== false)
      for (const { title, columns, rows } of tables)
        process.stdout.write(`${title}\n${table(columns, rows)}\n`)
    return {
      asked: [],
      solutions: [],
      report: {
        title: `Models of a processing element, ${models.library}`,
        notes: [
          'Errors are |predicted − measured| / measured. Points held out were set aside first: neither the choice of polynomials nor their coefficients saw them.',
          ...(failed > 0 ? [`${failed} designs could not be characterized and are left out.`] : []),
        ],
        tables,
        figures: fitFigures(models, splitPoints(points, heldOut, seed).heldOut),
      },
    }
  })
}

const heldOutFraction = takes({ type: 'number', above: 0, below: 1 }, (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new InvalidArgumentError('Expected a fraction above 0 and below 1, such as 0.2.')
})
