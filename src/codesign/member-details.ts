import { layerFigures } from '../cost/index.js'
import { type Accelerator, acceleratorAt, estimate, peModel, workloadOf } from '../hardware/index.js'
import type { ReportDetail, ReportFigure } from '../runs/index.js'
import type { CodesignConfig } from './codesign-config.js'
import type { CodesignMember } from './codesign-result.js'
import { familyOf } from './family-of.js'
import type { Design } from './genome.js'
import { memberName } from './member-name.js'
import { spreadMembers } from './spread-members.js'

/** Members that are drawn, spread over the front: of more a page would be too large to be opened. */
export const MOST_DRAWN = 24

/** Every member of a front: its network and its accelerator; the architecture and what layers cost of those that are drawn. */
export function memberDetails(
  config: CodesignConfig,
  members: readonly CodesignMember[],
): readonly ReportDetail[] {
  const { accelerators, family: familyConfig, objectives } = config
  const family = familyOf(familyConfig)
  const drawn = new Set(spreadMembers(members, objectives, MOST_DRAWN))
  const knobs = accelerators.knobs.map(({ knob }) => knob)
  return members.map(({ design }, i) => {
    const name = memberName(i)
    const accelerator = acceleratorAt(accelerators, design.accelerator)
    return {
      ...{ id: name, solution: name, title: `${name}: ${describeAccelerator(accelerator)}` },
      facts: [
        ['architecture', family.format(design.architecture)],
        ...knobs.map(knob => [knob, accelerator[knob]] as const),
      ],
      ...(drawn.has(i) && { figures: figuresOf(config, design, name) }),
    }
  })
}

/** An accelerator in a few words: `int8, 8×16 elements`. */
export const describeAccelerator = ({ peType, rows, columns }: Accelerator): string =>
  `${peType}, ${rows}×${columns} elements`

function figuresOf(
  { accelerators, family: familyConfig, models, batch, mapping }: CodesignConfig,
  { architecture, accelerator }: Design,
  name: string,
): readonly ReportFigure[] {
  const family = familyOf(familyConfig)
  const { layers } = estimate(
    workloadOf(family.network(architecture)),
    acceleratorAt(accelerators, accelerator),
    peModel(models),
    { batch, objective: mapping },
  )
  return [
    family.figure(architecture, name),
    ...layerFigures([{ name, layers }], `What each layer of ${name} costs`),
  ]
}
