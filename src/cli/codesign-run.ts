import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CodesignConfig,
  type CodesignMember,
  type CodesignResult,
  codesignJob,
  codesignReport,
  familyOf,
  MEASURE_TITLES,
  METHOD_TITLES,
  memberName,
  methodTable,
  type NetworkFamily,
  tableAccuracy,
} from '../codesign/index.js'
import { InfeasibleError } from '../errors.js'
import { acceleratorAt, acceleratorYaml } from '../hardware/index.js'
import { structureJson } from '../network/index.js'
import { drive, onDisk, type Run, type Solution } from '../runs/index.js'
import type { ResumeOptions } from './long-command.js'
import { withRun } from './with-run.js'

/** Does or continues a co-design in its run folder: search, baselines, a folder for each design, report. */
export async function runCodesign(run: Run, options: ResumeOptions): Promise<void> {
  const config = run.config as CodesignConfig
  const family = familyOf(config.family)
  const accuracy = tableAccuracy(config.accuracy, family)
  await withRun(run, options, async session => {
    const result = await drive(codesignJob(config, accuracy, run.seed), run, session)
    const [joint, ...others] = result.methods
    if (joint === undefined || joint.members.length === 0)
      throw new InfeasibleError(
        `None of the ${joint?.evaluated ?? 0} designs that were evaluated can be built and run; one of the reasons: ${joint?.obstacle}`,
      )
    const solutionOf = (name: string, member: CodesignMember) => solution(name, member, accuracy.split)
    const solutions = joint.members.map((member, i): Solution => {
      const name = memberName(i)
      return { ...solutionOf(name, member), files: writeDesign(run, config, family, name, member) }
    })
    session.progress.line(
      `${solutions.length} designs in ${join(run.folder, 'designs')}: network.json (structure alone, no weights) and accelerator.yaml`,
    )
    return {
      asked: config.constraints.map(({ measure, bound }) => ({ metric: measure, op: '<=' as const, bound })),
      solutions,
      baselines: picks(config, { methods: others }).map(([name, member]) => solutionOf(name, member)),
      report: codesignReport(config, result, accuracy),
      shown: [methodTable(config, result)],
    }
  })
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

function writeDesign(
  run: Run,
  config: CodesignConfig,
  family: NetworkFamily,
  name: string,
  { design }: CodesignMember,
): { network: string; accelerator: string } {
  const files = { network: `designs/${name}/network.json`, accelerator: `designs/${name}/accelerator.yaml` }
  const accelerator = acceleratorAt(config.accelerators, design.accelerator)
  const batch = config.batch === 1 ? '' : ` --batch ${config.batch}`
  const comment = `For ${family.format(design.architecture)}\nIn the run folder: tandem ppa estimate ${files.network} --on accelerator:${files.accelerator} --objective ${config.mapping}${batch}`
  onDisk(run, () => {
    mkdirSync(join(run.folder, 'designs', name), { recursive: true })
    writeFileSync(join(run.folder, files.network), structureJson(family.network(design.architecture)))
    writeFileSync(join(run.folder, files.accelerator), acceleratorYaml(accelerator, comment))
  })
  return files
}
