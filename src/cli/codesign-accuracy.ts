import type { AccuracyTable, CodesignConfig, FamilyConfig, NetworkFamily } from '../codesign/index.js'
import { InputError } from '../errors.js'
import type { AcceleratorSpace, PeType } from '../hardware/index.js'
import { readSupernetSource, refuseSupernetOptions, type SupernetOptions } from './codesign-supernet.js'

/** Where accuracies come from, and what may be said of them. */
export interface AccuracyOptions extends SupernetOptions {
  readonly accuracy: string
  readonly accuracyColumn?: string
  readonly accuracyOffset?: readonly string[]
}

/** What accuracies are asked for. */
export interface AccuracyContext {
  readonly family: NetworkFamily
  readonly familyConfig: FamilyConfig
  readonly accelerators: AcceleratorSpace
}

/**
 * Reads what `--accuracy` names. Throws InputError for what is none, for a table or a supernet that does not fit, and for options that the other
 * kind has.
 */
export async function readAccuracy(
  options: AccuracyOptions,
  { family, familyConfig, accelerators }: AccuracyContext,
): Promise<CodesignConfig['accuracy']> {
  const { accuracy, accuracyColumn, accuracyOffset } = options
  const [kind, ...rest] = accuracy.split(':')
  const named = rest.join(':')
  if (named !== '' && kind === 'supernet') {
    if (accuracyColumn !== undefined || accuracyOffset !== undefined)
      throw new InputError(
        '--accuracy-column and --accuracy-offset are for --accuracy table:FILE; a supernet is quantized for each PE type',
      )
    return readSupernetSource(named, options, familyConfig)
  }
  if (named === '' || kind !== 'table')
    throw new InputError(
      `--accuracy "${accuracy}": expected table:FILE, a CSV with accuracies, or supernet:RUN`,
    )
  refuseSupernetOptions(options)
  return readTable(named, options, family, accelerators)
}

async function readTable(
  file: string,
  { accuracyColumn: column, accuracyOffset = [] }: AccuracyOptions,
  family: NetworkFamily,
  accelerators: AcceleratorSpace,
): Promise<AccuracyTable> {
  const { readAccuracyTable } = await import('../codesign/index.js')
  const types = accelerators.knobs.find(({ knob }) => knob === 'peType')!.values as readonly PeType[]
  const offsets: Partial<Record<PeType, number>> = {}
  for (const text of accuracyOffset) {
    const [, type, points] = /^([a-z0-9-]+)=([+-]?[0-9.]+)$/.exec(text.trim()) ?? []
    if (points === undefined || !Number.isFinite(Number(points)))
      throw new InputError(`--accuracy-offset "${text}": expected TYPE=POINTS, such as lightpe-1=-0.8`)
    if (!types.includes(type as PeType))
      throw new InputError(
        `--accuracy-offset "${text}": ${accelerators.name} has no ${type}, it has ${types.join(', ')}`,
      )
    offsets[type as PeType] = Number(points) / 100
  }
  return readAccuracyTable(file, family, { ...(column !== undefined && { column }), offsets })
}
