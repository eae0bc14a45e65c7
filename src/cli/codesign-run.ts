import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AccuracyTable,
  accuracyTable,
  type CodesignConfig,
  type CodesignMember,
  type CodesignResult,
  codesignJob,
  codesignReport,
  familyOf,
  MEASURE_TITLES,
  METHOD_TITLES,
  type MemberAccuracies,
  memberName,
  methodTable,
  type Retrained,
  tableAccuracy,
} from '../codesign/index.js'
import { InfeasibleError } from '../errors.js'
import { acceleratorAt, acceleratorYaml } from '../hardware/index.js'
import { structureJson } from '../network/index.js'
import { drive, onDisk, type Run, type Solution } from '../runs/index.js'
import type { LoadedSupernet } from './codesign-supernet-run.js'
import type { ResumeOptions } from './long-command.js'
import { type Session, withRun } from './with-run.js'

/** Does or continues a co-design in its run folder: search, baselines, a folder for each design, report. */
export async function runCodesign(
  run: Run,
  supernet: LoadedSupernet | undefined,
  options: ResumeOptions,
): Promise<void> {
  const config = run.config as CodesignConfig
  await withRun(run, options, async session => {
    const { result, accuracy, accuracies } = await search(run, config, supernet, session)
    const [joint, ...others] = result.methods
    if (joint === undefined || joint.members.length === 0)
      throw new InfeasibleError(
        `None of the ${joint?.evaluated ?? 0} designs that were evaluated can be built and run; one of the reasons: ${joint?.obstacle}`,
      )
    const { judgedAgain, retrained } = accuracies
    const solutions: Solution[] = []
    for (const [place, member] of joint.members.entries()) {
      const [name, trained] = [memberName(place), retrained.get(place)]
      const files = await writeDesign(run, { config, supernet, trained, name, member })
      const again = judgedAgain[place]
      const own = trained
        ? { validation: trained.heldOut, test: trained.test }
        : again !== undefined && { validation: again }
      solutions.push({ ...solution(name, member, accuracy.split), ...(own && { accuracy: own }), files })
    }
    forgetDesigns(run, solutions)
    session.progress.line(
      `${solutions.length} designs in ${join(run.folder, 'designs')}: accelerator.yaml, and network.json (structure alone, no weights)${retrained.size > 0 ? ` or, of the ${retrained.size} that were trained, network.onnx` : ''}`,
    )
    const table = (title: string, places: Iterable<number>) =>
      accuracyTable(title, places, config, joint, accuracies)
    const trainedTables = retrained.size > 0 ? [table('Designs that were trained', retrained.keys())] : []
    const allTables = judgedAgain.length > 0 ? [table('Designs: their accuracies', joint.members.keys())] : []
    const report = codesignReport(config, result, accuracy)
    return {
      asked: config.constraints.map(({ measure, bound }) => ({ metric: measure, op: '<=' as const, bound })),
      solutions,
      baselines: picks(config, { methods: others }).map(([name, member]) =>
        solution(name, member, accuracy.split),
      ),
      report: { ...report, tables: [...(report.tables ?? []), ...allTables, ...trainedTables] },
      shown: [methodTable(config, result), ...trainedTables],
    }
  })
}

/** Removes what an earlier result wrote, of a run that went on from it. */
function forgetDesigns(run: Run, solutions: readonly Solution[]): void {
  const folder = join(run.folder, 'designs')
  const kept = new Set(solutions.flatMap(({ files = {} }) => Object.values(files)))
  for (const design of readdirSync(folder).map(name => `designs/${name}`)) {
    const files = readdirSync(join(run.folder, design)).map(name => `${design}/${name}`)
    const spare = files.some(file => kept.has(file)) ? files.filter(file => !kept.has(file)) : [design]
    for (const path of spare) rmSync(join(run.folder, path), { recursive: true, force: true })
  }
}

/** The fronts, what was said of accuracies, and members that were trained, by place. */
async function search(
  run: Run,
  config: CodesignConfig,
  supernet: LoadedSupernet | undefined,
  session: Session,
) {
  if (supernet === undefined) {
    const accuracy = tableAccuracy(config.accuracy as AccuracyTable, familyOf(config.family))
    const result = await drive(codesignJob(config, accuracy, run.seed), run, session)
    const accuracies: MemberAccuracies = { judgedAgain: [], retrained: new Map() }
    return { result, accuracy, accuracies }
  }
  const { driveSupernet, supernetDescription } = await import('./codesign-supernet-run.js')
  const { result, note } = await driveSupernet(run, supernet, session)
  const { notes, ...description } = supernetDescription(supernet)
  const accuracy = { ...description, notes: note === undefined ? notes : [...notes, note] }
  return { result, accuracy, accuracies: result }
}

function solution(
  name: string,
  { figures, misses }: CodesignMember,
  split: 'validation' | 'test',
): Omit<Solution, 'files'> {
  const { error, latency, energy, area, macs, params } = figures
  return {
    name,
    met: misses.length === 0,
    misses: misses.map(({ measure, ...miss }) => ({ metric: measure, ...miss })),
    cost: { latencyMs: latency, energyMj: energy, areaMm2: area, macs, params },
    accuracy: { [split]: Number((1 - error).toPrecision(12)) },
  }
}

/** What a designer would look at first in each front: the best by each objective. */
function picks(
  { objectives }: CodesignConfig,
  { methods }: Pick<CodesignResult, 'methods'>,
): readonly (readonly [string, CodesignMember])[] {
  return methods.flatMap(({ method, members }) => {
    if (members.length === 0) return []
    return objectives.map(measure => {
      const best = members.reduce((a, b) => (b.figures[measure] < a.figures[measure] ? b : a))
      return [`${METHOD_TITLES[method]}: least ${MEASURE_TITLES[measure]}`, best] as const
    })
  })
}

interface WrittenDesign {
  readonly config: CodesignConfig
  readonly supernet: LoadedSupernet | undefined
  /** Absent where it was not trained. */
  readonly trained: Retrained | undefined
  readonly name: string
  readonly member: CodesignMember
}

async function writeDesign(
  run: Run,
  { config, supernet, trained, name, member: { design } }: WrittenDesign,
): Promise<{ network: string; accelerator: string }> {
  const family = familyOf(config.family)
  const folder = `designs/${name}`
  const files = {
    network: `${folder}/${trained ? 'network.onnx' : 'network.json'}`,
    accelerator: `${folder}/accelerator.yaml`,
  }
  const accelerator = acceleratorAt(config.accelerators, design.accelerator)
  const batch = config.batch === 1 ? '' : ` --batch ${config.batch}`
  const comment = `For ${family.format(design.architecture)}\nIn the run folder: tandem ppa estimate ${files.network} --on accelerator:${files.accelerator} --objective ${config.mapping}${batch}`
  onDisk(run, () => {
    mkdirSync(join(run.folder, folder), { recursive: true })
    writeFileSync(join(run.folder, files.accelerator), acceleratorYaml(accelerator, comment))
    if (!trained)
      writeFileSync(join(run.folder, files.network), structureJson(family.network(design.architecture)))
  })
  if (trained) {
    const { exportDesign } = await import('./codesign-supernet-run.js')
    await exportDesign(run, files.network, trained.network, supernet!)
  }
  return files
}
