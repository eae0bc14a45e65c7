import { acceleratorAt } from '../hardware/index.js'
import type { ReportContent, ReportFigure, ReportTable } from '../runs/index.js'
import type { AccuracyModel } from './accuracy-model.js'
import { type CodesignConfig, MOST_REMEMBERED } from './codesign-config.js'
import type { CodesignMember, CodesignResult, MethodResult } from './codesign-result.js'
import { familyOf } from './family-of.js'
import { logVolume, MOST_OBJECTIVES } from './log-volume.js'
import { MEASURE_TITLES, type Measure } from './measure.js'
import { describeAccelerator, MOST_DRAWN, memberDetails } from './member-details.js'
import { memberName } from './member-name.js'
import { METHOD_TITLES } from './method.js'
import type { Retrained } from './retrain-job.js'

/** Fronts, hypervolume over evaluations, the designs, and what was assumed. */
export function codesignReport(
  config: CodesignConfig,
  result: CodesignResult,
  accuracy: Pick<AccuracyModel, 'notes'>,
): ReportContent {
  return {
    title: `Networks of ${familyOf(config.family).name} on ${config.accelerators.name}`,
    tables: [methodTable(config, result), designTable(config, result.methods[0]!)],
    figures: [...frontFigures(config, result), ...volumeFigure(result)],
    details: memberDetails(config, result.methods[0]!.members),
    notes: notesOf(config, result, accuracy),
  }
}

/** Each method beside the others: how much it evaluated, how fast, what its front holds. */
export function methodTable({ objectives, accuracy }: CodesignConfig, result: CodesignResult): ReportTable {
  const dear = accuracy.kind === 'supernet'
  const all = volumeOfAll(result, objectives)
  return {
    title: 'Methods, with as many evaluations each',
    columns: [
      ...['method', 'evaluations', 'a second', 'impossible'],
      ...(dear ? ['networks run', 'known already'] : []),
      'front',
      ...(all === undefined ? [] : ['share of hypervolume']),
      ...objectives.map(measure => `least ${MEASURE_TITLES[measure]}`),
      'ended by',
    ],
    rows: result.methods.map(each => [
      METHOD_TITLES[each.method],
      each.evaluated,
      Math.round(each.evaluated / each.effort.seconds),
      each.impossible,
      ...(dear ? [each.asked, percentKnown(each)] : []),
      each.feasible ? each.members.length : 0,
      ...(all === undefined ? [] : [volumeOf(feasible([each]), objectives, result.reference!)! / all]),
      ...objectives.map(measure => least(each.members, measure)),
      each.reason,
    ]),
  }
}

/** Share of the designs that could be whose accuracy was known, as their network had been run for their PE type. */
const percentKnown = ({ asked, evaluated, impossible }: MethodResult): string => {
  const possible = evaluated - impossible
  return possible === 0 ? '' : `${((100 * (possible - asked)) / possible).toFixed(1)} %`
}

/** What is known of the accuracies of a front besides those it was found by. */
export interface MemberAccuracies {
  /** On all held-out images, by shared weights; by place. */
  readonly judgedAgain: readonly number[]
  /** By place. */
  readonly retrained: ReadonlyMap<number, Retrained>
}

/** Accuracies of the members at these places: as they were searched by, on all held-out images, and trained by themselves. */
export function accuracyTable(
  title: string,
  places: Iterable<number>,
  { accelerators, objectives }: Pick<CodesignConfig, 'accelerators' | 'objectives'>,
  { members }: MethodResult,
  { judgedAgain, retrained }: MemberAccuracies,
): ReportTable {
  const prices = objectives.filter(measure => measure !== 'error')
  const percent = (share: number | undefined) =>
    share === undefined ? undefined : `${(100 * share).toFixed(1)} %`
  const [again, trained] = [judgedAgain.length > 0, retrained.size > 0]
  return {
    title,
    columns: [
      ...['design', 'peType', 'held out, shared weights'],
      ...(again ? ['all held out, shared weights'] : []),
      ...(trained ? ['all held out, trained', 'test'] : []),
      ...prices.map(measure => MEASURE_TITLES[measure]),
    ],
    rows: [...places].map(place => {
      const { design, figures } = members[place]!
      const own = retrained.get(place)
      return [
        ...[memberName(place), acceleratorAt(accelerators, design.accelerator).peType],
        percent(1 - figures.error),
        ...(again ? [percent(judgedAgain[place])] : []),
        ...(trained ? [percent(own?.heldOut), percent(own?.test)] : []),
        ...prices.map(measure => figures[measure]),
      ]
    }),
  }
}

const least = (members: readonly CodesignMember[], measure: Measure): number | undefined =>
  members.length === 0 ? undefined : Math.min(...members.map(({ figures }) => figures[measure]))

const feasible = (methods: readonly MethodResult[]): readonly CodesignMember[] =>
  methods.filter(({ feasible }) => feasible).flatMap(({ members }) => members)

/** Hypervolume of members, for up to three objectives. */
function volumeOf(
  members: readonly CodesignMember[],
  objectives: readonly Measure[],
  reference: readonly number[],
): number | undefined {
  if (objectives.length > MOST_OBJECTIVES) return undefined
  const points = members.map(({ figures }) => objectives.map(measure => figures[measure]))
  return logVolume(points, reference)
}

/** Of everything that any method found; undefined where there is none. */
export const volumeOfAll = (
  { methods, reference }: CodesignResult,
  objectives: readonly Measure[],
): number | undefined =>
  reference === undefined ? undefined : volumeOf(feasible(methods), objectives, reference) || undefined

function designTable({ family, accelerators }: CodesignConfig, { members }: MethodResult): ReportTable {
  const { format } = familyOf(family)
  const knobs = accelerators.knobs.filter(({ values }) => values.length > 1).map(({ knob }) => knob)
  return {
    title: 'Designs: what they are',
    columns: ['design', ...knobs, 'network'],
    rows: members.map(({ design }, i) => {
      const accelerator = acceleratorAt(accelerators, design.accelerator)
      return [memberName(i), ...knobs.map(knob => accelerator[knob]), format(design.architecture)]
    }),
  }
}

/** The fronts of all methods: the first objective against each other one. */
function frontFigures(
  { objectives, family: familyConfig, accelerators }: CodesignConfig,
  { methods }: CodesignResult,
): readonly ReportFigure[] {
  const [first, ...others] = objectives
  if (others.length === 0) return []
  const family = familyOf(familyConfig)
  // Those of the joint search, which lead somewhere, are drawn last and so lie on top.
  const values = [...methods.entries()].reverse().flatMap(([m, { method, members, feasible }]) =>
    members.map(({ figures, design }, i) => ({
      method: METHOD_TITLES[method],
      // The designs of the joint search are written, and told one by one.
      ...(m === 0 && { design: memberName(i), href: `#${memberName(i)}` }),
      met: feasible ? 'yes' : 'no',
      ...Object.fromEntries(objectives.map(measure => [measure, figures[measure]])),
      network: family.format(design.architecture),
      accelerator: describeAccelerator(acceleratorAt(accelerators, design.accelerator)),
    })),
  )
  const tooltip = [
    ...[{ field: 'design' }, { field: 'method' }],
    ...objectives.map(measure => ({ ...axis(measure), ...(measure === 'error' && { format: '.1%' }) })),
    ...[{ field: 'network' }, { field: 'accelerator' }],
  ]
  const line = objectives.length === 2
  return others.map(other => ({
    title: `${MEASURE_TITLES[first!]} against ${MEASURE_TITLES[other]}`,
    spec: {
      data: { values },
      layer: [
        ...(line
          ? [
              {
                mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1 },
                encoding: { x: axis(other), y: axis(first!), color: METHOD_COLOR, order: { field: other } },
              },
            ]
          : []),
        {
          mark: { type: 'point', size: 40 },
          encoding: {
            ...{ x: axis(other), y: axis(first!), color: METHOD_COLOR, tooltip },
            href: { field: 'href', type: 'nominal' },
          },
        },
      ],
    },
  }))
}

const METHOD_COLOR = {
  field: 'method',
  type: 'nominal',
  title: null,
  sort: Object.values(METHOD_TITLES),
  legend: { columns: 2 },
}

const axis = (measure: Measure) => ({
  field: measure,
  type: 'quantitative',
  title: MEASURE_TITLES[measure],
  scale: measure === 'error' ? { zero: false, padding: 10 } : { type: 'log', nice: false, padding: 10 },
  ...(measure === 'error' && { axis: { format: '.1%' } }),
})

function volumeFigure({ methods }: CodesignResult): readonly ReportFigure[] {
  const most = Math.max(0, ...methods.flatMap(({ history }) => history.map(point => point.hypervolume)))
  if (most === 0) return []
  const values = methods.flatMap(({ method, history }) =>
    history
      .filter(({ hypervolume }) => hypervolume > 0)
      .map(({ evaluated, hypervolume }) => ({
        method: METHOD_TITLES[method],
        evaluations: evaluated,
        hypervolume: hypervolume / most,
      })),
  )
  return [
    {
      title: 'Hypervolume over evaluations',
      spec: {
        data: { values },
        mark: { type: 'line', interpolate: 'step-after', point: 'transparent' },
        encoding: {
          x: { field: 'evaluations', type: 'quantitative' },
          y: {
            field: 'hypervolume',
            type: 'quantitative',
            title: 'hypervolume, of the largest reached',
            scale: { zero: false },
          },
          color: METHOD_COLOR,
        },
      },
    },
  ]
}

function notesOf(
  {
    plan,
    mapping,
    batch,
    objectives,
    accelerators,
    family: familyConfig,
    reference,
    retrain,
    accuracy: source,
  }: CodesignConfig,
  { methods }: CodesignResult,
  accuracy: Pick<AccuracyModel, 'notes'>,
): readonly string[] {
  const family = familyOf(familyConfig)
  const [joint] = methods as [MethodResult, ...MethodResult[]]
  const { effort, evaluated, impossible } = joint
  return [
    ...accuracy.notes,
    ...(joint.members.length > MOST_DRAWN
      ? [
          `${MOST_DRAWN} designs, spread over the front, are drawn layer by layer; the comment in accelerator.yaml says how to see the layers of any other.`,
        ]
      : []),
    `Latency and energy are of ${batch === 1 ? 'one image' : `${batch} images`}, each layer by its mapping of least ${mapping === 'edp' ? 'energy × delay' : mapping}; network.json has no weights.`,
    ...(retrain
      ? [
          `Designs that were trained, spread over the front, began with ${retrain.from === 'inherited' ? 'the weights that the supernet gives them' : 'weights of their own'}, were trained with the roundings of their PE type, and seen once by the test split. Fronts and figures are of shared weights.`,
        ]
      : []),
    ...(source.kind === 'supernet'
      ? [
          `The co-design ran ${joint.asked.toLocaleString('en-US')} pairs of network and PE type; of its designs that could be, ${percentKnown(joint)} had an accuracy that was known already.`,
        ]
      : []),
    `Co-design: ${evaluated.toLocaleString('en-US')} evaluations in ${effort.seconds.toFixed(1)} s on ${effort.accelerators.toLocaleString('en-US')} accelerators not seen before, ${effort.mappings.toLocaleString('en-US')} layer shapes mapped; all else was remembered. ${impossible.toLocaleString('en-US')} designs could not be built or run.`,
    plan.evaluations <= MOST_REMEMBERED
      ? 'The co-design evaluated no design twice.'
      : 'A design that had left the population could be evaluated again.',
    ...(plan.baselines
      ? ['The methods ran in this order and share what is remembered, so later ones evaluate more a second.']
      : []),
    ...(joint.population > plan.population
      ? [`The population grew from ${plan.population} to ${joint.population} to hold the front.`]
      : []),
    ...(joint.feasible && joint.members.length >= joint.population
      ? [`The front fills the population of ${joint.population}: a larger one would hold more of it.`]
      : []),
    ...(plan.baselines
      ? [
          'Network first: half of the evaluations for networks of least error and MACs, within the bounds on error, MACs and parameters; the other half for the hardware of any network of that front, by all that was asked.',
          `Hardware first: half of the evaluations for the accelerators of ${family.format(reference)}, by what was asked of hardware; the other half for networks on any accelerator of that front.`,
        ]
      : []),
    ...(objectives.length <= MOST_OBJECTIVES
      ? [
          'Hypervolumes are in the logarithms of the objectives, and reach to the worst of the first generation in each.',
        ]
      : []),
    `${accelerators.name} holds ${accelerators.knobs.reduce((product, { values }) => product * values.length, 1).toLocaleString('en-US')} accelerators, ${family.name} ${family.size.toLocaleString('en-US')} networks.`,
  ]
}
