import type { AccuracyModel, CodesignConfig } from '../codesign/index.js'
import {
  describeSupernet,
  type SupernetConfig,
  type SupernetInputs,
  type SupernetResult,
  supernetJob,
} from '../codesign/supernet-index.js'
import { loadDataset } from '../data/index.js'
import type { Network } from '../network/index.js'
import { drive, type Run } from '../runs/index.js'
import { checkShapes } from './check-shapes.js'
import { exportNetwork } from './export-network.js'
import { sampleOf } from './model-data.js'
import { givenSupernet } from './one-shot-options.js'
import { type StaffOptions, staffOfRun } from './staff-options.js'
import { workersJudge } from './supernet-judge.js'
import type { Session } from './with-run.js'

/** A supernet's weights and the images to judge its networks on, checked against what is asked of them. */
export interface LoadedSupernet extends SupernetInputs {
  readonly config: SupernetConfig
}

/**
 * Loads what a co-design on a supernet needs. Throws InputError where the supernet has changed since the configuration was
 * made, DataError where images or classes are not the space's or do not do for what is asked.
 */
export async function loadSupernet(given: CodesignConfig, seed: number): Promise<LoadedSupernet> {
  const config = given as SupernetConfig
  const { family, accuracy: source } = config
  const weights = await givenSupernet({ supernet: source }, family.space)
  const dataset = await loadDataset(source.data)
  checkShapes(family.space, dataset)
  const loaded = { config, dataset, weights: weights!() }
  supernetJob(config, loaded, seed)
  return loaded
}

/**
 * Does or continues the co-design in its run folder, its networks judged by workers where the configuration says so. The note is
 * on how busy they were.
 */
export async function driveSupernet(
  run: Run,
  { config, ...inputs }: LoadedSupernet,
  session: Session,
): Promise<{ readonly result: SupernetResult; readonly note?: string | undefined }> {
  const staff = await staffOfRun(run.config as StaffOptions)
  if (staff === undefined) return { result: await drive(supernetJob(config, inputs, run.seed), run, session) }
  const { judge, note, close } = workersJudge(run, config, staff, session.progress)
  try {
    return { result: await drive(supernetJob(config, inputs, run.seed, judge), run, session), note: note() }
  } finally {
    await close()
  }
}

/** How accuracies from the supernet are described in a report. */
export const supernetDescription = ({
  config,
}: LoadedSupernet): Pick<AccuracyModel, 'name' | 'split' | 'notes'> => describeSupernet(config.accuracy)

/** Writes the network of a trained design into the run folder, compared with onnxruntime. */
export async function exportDesign(
  run: Run,
  file: string,
  network: Network,
  { dataset }: LoadedSupernet,
): Promise<void> {
  await exportNetwork(run, file, network, sampleOf(network, dataset))
}
