import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RunError } from '../errors.js'
import { writeAside } from './disk.js'
import { onDisk } from './disk-failure.js'
import { machine } from './machine.js'
import { versionsSince } from './other-version.js'
import type { Run } from './run.js'
import { readStatus, type Status } from './status.js'

const asked = z.strictObject({
  metric: z
    .string()
    .describe('latency (ms), energy (mJ), area (mm²), macs, params, terms, drop (points) or speedup'),
  op: z.enum(['<=', '>=']),
  bound: z.number(),
})

const solution = z.strictObject({
  name: z.string(),
  met: z.boolean().describe('whether everything asked is met'),
  misses: z.array(
    z.strictObject({ metric: z.string(), bound: z.number(), value: z.number(), by: z.number() }),
  ),
  cost: z.strictObject({
    latencyMs: z.number().positive().optional(),
    energyMj: z.number().positive().optional(),
    areaMm2: z.number().positive().optional(),
    macs: z.number().nonnegative().optional(),
    params: z.number().nonnegative().optional(),
    terms: z.number().nonnegative().optional(),
  }),
  measured: z.strictObject({ latencyMs: z.number().positive().optional() }).optional(),
  accuracy: z
    .strictObject({
      validation: z.number().min(0).max(1).optional(),
      test: z.number().min(0).max(1).optional(),
    })
    .optional()
    .describe('fractions'),
  files: z
    .strictObject({
      network: z.string().optional(),
      packed: z.string().optional(),
      accelerator: z.string().optional(),
      ranking: z.string().optional(),
    })
    .optional()
    .describe('relative to the run folder'),
})

/** What result.json and `--json` hold. A field that does not apply is absent, never 0. */
export const resultSchema = z.strictObject({
  schema: z.literal(1),
  command: z.string(),
  run: z.string(),
  seed: z.number().int(),
  asked: z.array(asked),
  solutions: z.array(solution),
  baselines: z.array(solution),
  seconds: z.number().nonnegative(),
  endedEarly: z
    .strictObject({ done: z.number(), total: z.number(), label: z.string() })
    .optional()
    .describe('where the work stood when its deadline passed; absent where all of it was done'),
  versions: z.record(z.string(), z.string()),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number().int().positive(),
    memoryGib: z.number().positive(),
    platform: z.string(),
  }),
})

export type TandemResult = z.infer<typeof resultSchema>
export type Asked = TandemResult['asked'][number]
export type Solution = TandemResult['solutions'][number]

/** What a command has to say; the rest of result.json follows from the run. */
export interface Outcome {
  readonly asked: readonly Asked[]
  readonly solutions: readonly Solution[]
  readonly baselines?: readonly Solution[]
}

const resultFile = (run: Run): string => join(run.folder, 'result.json')

/**
 * Checks and writes result.json. `seconds` is by default the working time of all sessions of the run.
 * Throws RunError when the disk refuses, TypeError when the outcome is not of the schema.
 */
export function writeResult(run: Run, outcome: Outcome, seconds = readStatus(run).seconds): TandemResult {
  const { progress, endedEarly } = readStatus(run)
  const checked = resultSchema.safeParse({
    schema: 1,
    command: run.command,
    run: run.name,
    seed: run.seed,
    asked: outcome.asked,
    solutions: outcome.solutions,
    baselines: outcome.baselines ?? [],
    seconds,
    ...(endedEarly && progress && { endedEarly: position(progress) }),
    versions: versionsSince(run),
    machine: machine(),
  })
  if (!checked.success) throw new TypeError(`The result is malformed:\n${z.prettifyError(checked.error)}`)
  onDisk(run, () => writeAside(resultFile(run), `${JSON.stringify(checked.data, null, 2)}\n`))
  return checked.data
}

const position = ({ done, total, label }: NonNullable<Status['progress']>) => ({ done, total, label })

/** The result of a run, or undefined when it has none yet. Throws RunError when result.json is damaged. */
export function readResult(run: Run): TandemResult | undefined {
  if (!existsSync(resultFile(run))) return undefined
  try {
    return resultSchema.parse(JSON.parse(readFileSync(resultFile(run), 'utf8')))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new RunError(`${resultFile(run)} is damaged: ${reason}`)
  }
}
