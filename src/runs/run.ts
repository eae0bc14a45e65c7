import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, RunError } from '../errors.js'
import { sha256 } from '../sha256.js'
import { writeAside } from './disk.js'
import type { Inputs } from './inputs.js'
import { checkRunName, nextRunName, runsRoot } from './run-name.js'
import { shellCommand } from './shell.js'
import { type Versions, versions } from './versions.js'

/** A folder that holds a long job: config, journal, checkpoint, result, report. */
export interface Run {
  readonly name: string
  readonly folder: string
  /** The command that made it: `search`, `prune`, … */
  readonly command: string
  /** Its arguments as typed, without `tandem`. */
  readonly argv: readonly string[]
  readonly seed: number
  /** Everything resolved, as plain JSON. */
  readonly config: unknown
  readonly inputs?: Inputs
  readonly versions: Versions
  /** ISO time of creation. */
  readonly started: string
}

export interface NewRun {
  readonly root?: string
  readonly name?: string | undefined
  readonly command: string
  readonly config: unknown
  readonly seed: number
  readonly inputs?: Inputs
  readonly argv?: readonly string[]
}

const isText = (value: unknown): boolean => typeof value === 'string'
const areTexts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every(isText)

/** What config.json holds besides the configuration, each as it must be; no schema, which lists would have to load. */
const HEADER: Readonly<Record<string, (value: unknown) => boolean>> = {
  command: isText,
  argv: value => Array.isArray(value) && areTexts(value),
  seed: Number.isSafeInteger,
  versions: areTexts,
  started: isText,
  inputs: value => value === undefined || areTexts(value),
}

/** `sha256` is of all else, as `JSON.stringify` writes it. */
const digestOf = (kept: unknown): string => sha256(JSON.stringify(kept))

/** The shell command that continues a run. */
export const resumeCommand = (name: string): string => shellCommand(['runs', 'resume', name])

/** The one that tries a failed run again. */
export const retryCommand = (name: string): string => shellCommand(['runs', 'retry', name])

/**
 * Makes the run folder and its config.json, both or neither. Call it when everything has been validated.
 * Throws InputError when the name is taken or malformed, RunError when the disk refuses.
 */
export function createRun(options: NewRun): Run {
  const { root = runsRoot(), command, config, seed, inputs = {}, argv = process.argv.slice(2) } = options
  for (;;) {
    const name = options.name ?? nextRunName(root, command)
    const folder = join(root, name)
    const head = { command, argv, seed, versions: versions(), started: new Date().toISOString(), inputs }
    // The configuration comes last: lists read what is before it.
    const kept = { ...head, sha256: digestOf({ ...head, config }), config }
    if (options.name !== undefined) checkRunFree(name, root)
    else if (existsSync(folder)) continue
    if (publish(root, folder, `${JSON.stringify(kept, null, 2)}\n`)) return openRun(root, name)
  }
}

/** Throws InputError when a run cannot have this name: it is malformed, or taken. */
export function checkRunFree(name: string, root: string = runsRoot()): void {
  checkRunName(name)
  const folder = join(root, name)
  if (!existsSync(folder)) return
  throw new InputError(
    `There is a run named ${name} already (${folder}). Continue it with: ${resumeCommand(name)}\nor give this one another name with --run.`,
  )
}

/** The folder appears complete or not at all; false when another process was quicker to take the name. */
function publish(root: string, folder: string, config: string): boolean {
  const aside = join(root, `.new-${process.pid}`)
  try {
    mkdirSync(root, { recursive: true })
    rmSync(aside, { recursive: true, force: true })
    // One by one: made all at once they would not say that the disk is read-only.
    mkdirSync(aside)
    mkdirSync(join(aside, 'checkpoint'))
    writeAside(join(aside, 'config.json'), config)
    renameSync(aside, folder)
    return true
  } catch (error) {
    if (existsSync(root)) rmSync(aside, { recursive: true, force: true })
    if (existsSync(folder)) return false
    throw new RunError(`The run folder ${folder} cannot be made: ${(error as Error).message}`)
  }
}

/** Reads a run folder. Throws InputError when there is none of that name, RunError when config.json is damaged. */
export function openRun(root: string | undefined, name: string): Run {
  checkRunName(name)
  const folder = join(root ?? runsRoot(), name)
  const file = join(folder, 'config.json')
  if (!existsSync(file)) {
    throw new InputError(`There is no run named ${name} in ${root ?? runsRoot()}. See: tandem runs list`)
  }
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof kept !== 'object' || kept === null) throw new Error('it holds no object')
    const wrong = Object.keys(HEADER).find(key => !HEADER[key]!((kept as Record<string, unknown>)[key]))
    if (wrong !== undefined) throw new Error(`${wrong} is missing, or not what it must be`)
    const { sha256: _, ...held } = kept as Omit<Run, 'name' | 'folder'> & { readonly sha256?: unknown }
    return Object.freeze({ ...held, name, folder })
  } catch (error) {
    throw new RunError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/**
 * Throws RunError when config.json does not hold what it held when the run began: a run that went on from it would be neither
 * the old one nor a new one. What older versions wrote has no checksum, and passes.
 */
export function checkConfig({ folder }: Run): void {
  const file = join(folder, 'config.json')
  const { sha256, ...kept } = JSON.parse(readFileSync(file, 'utf8')) as { readonly sha256?: unknown }
  if (sha256 === undefined || sha256 === digestOf(kept)) return
  throw new RunError(
    `${file} was changed since the run began: put it back, or begin another run with what it says`,
  )
}
