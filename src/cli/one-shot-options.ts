import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import type { Weights } from '../network/index.js'
import type { OneShotPlan, Space } from '../search/index.js'
import { sha256 } from '../sha256.js'
import type { LongOptions } from './long-command.js'
import { positiveInteger, wholeNumber } from './number-options.js'

export interface OneShotOptions {
  readonly method: 'single-path' | 'one-shot'
  readonly candidates?: number
  readonly generations?: number
  readonly supernet?: string
}

/** The options of a one-shot search. */
export const oneShotOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--method <name>',
        'decisions trained within the budget, or networks scored by shared weights',
      )
        .choices(['single-path', 'one-shot'])
        .default('single-path'),
    )
    .option('--candidates <n>', 'random networks that a one-shot search scores', positiveInteger)
    .option('--generations <n>', 'rounds of mutants of the best of them', wholeNumber)
    .option('--supernet <run>', 'of another one-shot search, its folder or file: not trained again')

/** Options that say something to one of the methods alone, by that method. */
const OWN = {
  'one-shot': ['candidates', 'generations', 'supernet'],
  'single-path': ['formulation', 'warmup', 'outer', 'outerEpochs', 'outerWarmup', 'outerStop'],
} as const

/**
 * What a one-shot search takes, where that is the method. Throws InputError where options do not go together, and
 * what `readSupernet` throws for a supernet that does not fit.
 */
export async function readOneShot(
  options: OneShotOptions & Pick<LongOptions, 'seed'> & Readonly<Record<string, unknown>>,
  space: Space,
): Promise<OneShotPlan | undefined> {
  const { method, candidates, generations, supernet } = options
  for (const [other, names] of Object.entries(OWN)) {
    const given = names.find(name => other !== method && options[name] !== undefined)
    if (given === undefined) continue
    const flag = given.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    throw new InputError(`--${flag} is for --method ${other}, and this is ${method}`)
  }
  if (method !== 'one-shot') return undefined
  if (supernet !== undefined && options['epochs'] !== undefined)
    throw new InputError('--epochs is for a supernet that is trained, and --supernet names one that is')
  const { ONE_SHOT_PLAN } = await import('../search/index.js')
  return {
    ...ONE_SHOT_PLAN,
    ...(candidates !== undefined && { candidates }),
    ...(generations !== undefined && { generations }),
    ...(supernet !== undefined && { supernet: await checkedSupernet(supernet, space, options.seed) }),
  }
}

/** A supernet's file as a run keeps it, after reading it once. */
export async function checkedSupernet(
  named: string,
  space: Space,
  seed: number,
): Promise<NonNullable<OneShotPlan['supernet']>> {
  const file = resolve(await supernetFile(named))
  const bytes = readFileSync(file)
  const { readSupernet } = await import('../search/index.js')
  const trained = readSupernet(bytes, space, file)
  if (trained.seed !== seed)
    throw new InputError(
      `${file}: trained with seed ${trained.seed}, so it has seen images that seed ${seed} holds out; use --seed ${trained.seed}`,
    )
  return { file, sha256: sha256(bytes) }
}

/** Where a supernet lies that is named by its file, its run's folder, or its run; `option` is how it was asked for. */
export async function supernetFile(named: string, option = `--supernet ${named}`): Promise<string> {
  const [{ runsRoot }, { SUPERNET_FILE }] = await Promise.all([
    import('../runs/index.js'),
    import('../search/index.js'),
  ])
  const folders = [named, join(runsRoot(), named)]
  const found = folders.find(existsSync)
  if (found === undefined)
    throw new InputError(`${option}: there is no such file, folder or run in ${runsRoot()}`)
  if (!statSync(found).isDirectory()) return found
  const file = join(found, SUPERNET_FILE)
  if (existsSync(file)) return file
  throw new InputError(
    `${option}: ${found} holds no ${SUPERNET_FILE}; a run of tandem search --method one-shot has one when its supernet is trained`,
  )
}

/** The weights of the supernet that a run was given. Throws InputError when its file is another by now. */
export async function givenSupernet(
  { supernet }: Pick<OneShotPlan, 'supernet'>,
  space: Space,
): Promise<(() => Weights) | undefined> {
  if (supernet === undefined) return undefined
  const { readSupernet } = await import('../search/index.js')
  const { file, sha256: expected } = supernet
  return () => {
    const bytes = existsSync(file) ? readFileSync(file) : undefined
    if (bytes && sha256(bytes) === expected) return readSupernet(bytes, space, file).weights
    const what = bytes ? 'has changed' : 'is gone'
    throw new InputError(`${file} ${what} since the run began: put it back, or begin another run`)
  }
}
