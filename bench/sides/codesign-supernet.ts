import { readFileSync } from 'node:fs'
import { type CodesignMember, familyOf, memberName } from '../../src/codesign/index.js'
import { type SupernetConfig, type SupernetResult, supernetJob } from '../../src/codesign/supernet-index.js'
import { loadDataset } from '../../src/data/index.js'
import { type Accelerator, acceleratorAt } from '../../src/hardware/index.js'
import { drive, openRun } from '../../src/runs/index.js'
import { readSupernet } from '../../src/search/index.js'
import { type BenchOptions, type BenchRow, integerOption, row } from '../bench.js'
import { digits, type writer } from './codesign-bench.js'
import { performAll, resultOf } from './tandem-run.js'

const SEED = '0'

/** A member of the front, and what it came to. */
interface Member extends CodesignMember {
  readonly name: string
  readonly accelerator: Accelerator
  /** Where it was trained. */
  readonly heldOut?: number
  readonly test?: number
}

/**
 * A space with a one-shot supernet, tuned for each of six PE types, and accelerators: front of error, energy and area, members of it
 * trained. Two runs, `NAME` and `NAME-supernet`, are begun, continued where they are unfinished and read where they are done.
 */
export async function supernet(
  options: BenchOptions,
  write: ReturnType<typeof writer>,
): Promise<readonly BenchRow[]> {
  const { data, name = 'codesign-supernet' } = options
  if (data === undefined) throw new RangeError('--data cifar10:DIR is needed')
  const shared = options['supernet'] ?? `${name}-supernet`
  if (options['supernet'] === undefined)
    await performAll([{ name: shared, args: searchArguments(options, data) }], options)
  await performAll([{ name, args: codesignArguments(options, data, shared) }], options)
  const { config, result } = await read(name)
  const members = membersOf(config, result)
  const { format } = familyOf(config.family)
  write.csv(
    'codesign-supernet',
    COLUMNS.map(([column]) => column),
    members.map(member => [
      ...COLUMNS.slice(0, -1).map(([, cell]) => cell(member)),
      format(member.design.architecture),
    ]),
  )
  const title = 'Front of error, energy and area by shared weights, and members that were trained'
  await write.figure('codesign-supernet', title, chart(members))
  return rowsOf(members, result, [shared, name])
}

function searchArguments(options: BenchOptions, data: string): readonly string[] {
  const { space = 'cifar10-mbconv', share = '1', precision = 'auto' } = options
  const number = (option: string, otherwise: number) => String(integerOption(options, option, otherwise))
  return [
    ...['search', '--method', 'one-shot', '--space', space, '--data', data, '--constraint', 'macs<=100%'],
    ...['--epochs', number('epochs', 10), '--share', share, '--batch', number('batch', 128)],
    // One network is trained because a search ends so.
    ...['--candidates', '1', '--generations', '0', '--train-epochs', '1'],
    ...['--precision', precision, '--seed', SEED],
  ]
}

function codesignArguments(options: BenchOptions, data: string, shared: string): readonly string[] {
  const { space = 'cifar10-mbconv', accelerators = 'accelerator-study' } = options
  const number = (option: string, otherwise: number) => String(integerOption(options, option, otherwise))
  const objectives = ['error', 'energy', 'area'].flatMap(measure => ['--objective', measure])
  const tune = options['tune-steps'] ?? '100'
  return [
    ...['codesign', '--space', space, '--accelerators', accelerators, '--data', data, ...objectives],
    ...['--accuracy', `supernet:${shared}`, '--images', number('images', 1000), '--baselines', 'no'],
    ...['--evaluations', number('evaluations', 1500), '--tune-steps', tune],
    ...(tune === '0' ? [] : ['--tune-batch', number('batch', 128)]),
    ...['--retrain', number('retrain', 6), '--train-epochs', number('train-epochs', 10)],
    ...['--train-batch', number('batch', 128), '--seed', SEED],
  ]
}

/** A co-design that is done. */
async function read(name: string): Promise<{ config: SupernetConfig; result: SupernetResult }> {
  const run = openRun(undefined, name)
  const config = run.config as SupernetConfig
  const { file, data } = config.accuracy
  const { weights } = readSupernet(readFileSync(file), config.family.space, file)
  const job = supernetJob(config, { weights, dataset: await loadDataset(data) }, run.seed)
  return { config, result: await drive(job, run) }
}

const membersOf = (config: SupernetConfig, { methods, retrained }: SupernetResult): readonly Member[] =>
  methods[0]!.members.map((member, place) => {
    const { heldOut, test } = retrained.get(place) ?? {}
    return {
      ...member,
      name: memberName(place),
      accelerator: acceleratorAt(config.accelerators, member.design.accelerator),
      ...(heldOut !== undefined && { heldOut }),
      ...(test !== undefined && { test }),
    }
  })

const COLUMNS: readonly (readonly [string, (member: Member) => string | number])[] = [
  ['design', ({ name }) => name],
  ['pe_type', ({ accelerator }) => accelerator.peType],
  ['held_out_shared', ({ figures }) => digits(1 - figures.error)],
  ['held_out_trained', ({ heldOut }) => (heldOut === undefined ? '' : digits(heldOut))],
  ['test', ({ test }) => (test === undefined ? '' : digits(test))],
  ['energy_mj', ({ figures }) => digits(figures.energy)],
  ['area_mm2', ({ figures }) => digits(figures.area)],
  ['latency_ms', ({ figures }) => digits(figures.latency)],
  ['macs', ({ figures }) => figures.macs],
  ['rows', ({ accelerator }) => accelerator.rows],
  ['columns', ({ accelerator }) => accelerator.columns],
  ['network', () => ''],
]

const isLight = ({ accelerator }: Member): boolean => accelerator.peType.startsWith('lightpe')

function rowsOf(
  members: readonly Member[],
  { methods }: SupernetResult,
  names: readonly string[],
): readonly BenchRow[] {
  const [joint] = methods
  const possible = joint!.evaluated - joint!.impossible
  const [supernetSeconds, codesignSeconds] = names.map(name => resultOf(name).seconds) as [number, number]
  const least = (of: (member: Member) => number, light: boolean) =>
    Math.min(...members.filter(member => isLight(member) === light).map(of))
  return [
    row('distinct pairs of network and accelerator: evaluated, asked for', joint!.evaluated, 1000),
    row('pairs of network and PE type: run, designs that could be', joint!.asked, possible),
    row('members of the front: with LightPEs, all', members.filter(isLight).length, members.length),
    row('least energy, mJ: with LightPEs, others', ...both(({ figures }) => figures.energy)),
    row('least error by shared weights: with LightPEs, others', ...both(({ figures }) => figures.error)),
    row('least area, mm²: with LightPEs, others', ...both(({ figures }) => figures.area)),
    ...members.flatMap(({ name, accelerator, figures, test }) =>
      test === undefined
        ? []
        : [
            row(
              `${name}, ${accelerator.peType}: test accuracy when trained, held out by shared weights`,
              test,
              1 - figures.error,
            ),
          ],
    ),
    row('seconds: co-design, its supernet', codesignSeconds, supernetSeconds),
  ]

  function both(of: (member: Member) => number): [number, number] {
    return [least(of, true), least(of, false)]
  }
}

function chart(members: readonly Member[]) {
  const point = ({ accelerator, figures }: Member) => ({
    'PE type': accelerator.peType,
    energy: figures.energy,
    area: figures.area,
  })
  const shared = members.map(member => ({
    ...point(member),
    error: member.figures.error,
    of: 'shared weights',
  }))
  const trained = members.flatMap(member =>
    member.test === undefined
      ? []
      : [{ ...point(member), error: 1 - member.test, of: 'trained, test images' }],
  )
  return {
    data: { values: [...shared, ...trained] },
    mark: { type: 'point', filled: true, opacity: 0.8 },
    encoding: {
      x: {
        ...{ field: 'energy', type: 'quantitative', title: 'energy, mJ' },
        scale: { type: 'log', nice: false, padding: 20 },
      },
      y: {
        ...{ field: 'error', type: 'quantitative', axis: { format: '%' } },
        scale: { zero: false, padding: 20 },
      },
      color: { field: 'PE type', type: 'nominal' },
      shape: { field: 'of', type: 'nominal', title: null },
      size: { field: 'area', type: 'quantitative', title: 'area, mm²' },
    },
  }
}
