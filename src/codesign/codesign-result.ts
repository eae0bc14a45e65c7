import type { CodesignConfig } from './codesign-config.js'
import type { FinishedMethod } from './codesign-state.js'
import type { DesignConstraint } from './design-constraint.js'
import type { Evaluator } from './evaluator.js'
import type { Design, DesignGenome } from './genome.js'
import type { Figures, Measure } from './measure.js'

/** A bound that a design breaks, by how much. */
export interface DesignMiss {
  readonly measure: Measure
  readonly bound: number
  readonly value: number
  readonly by: number
}

export interface CodesignMember {
  readonly design: Design
  readonly figures: Figures
  readonly misses: readonly DesignMiss[]
}

/** What a method came to. */
export interface MethodResult extends Omit<FinishedMethod, 'genomes'> {
  /** The front by its first objective; or the least infeasible designs. None where nothing can be built. */
  readonly members: readonly CodesignMember[]
  /** Why a design that it holds cannot be, where nothing can be built. */
  readonly obstacle?: string
}

export interface CodesignResult {
  /** The joint search first. */
  readonly methods: readonly MethodResult[]
  /** What hypervolumes are measured to. */
  readonly reference?: readonly number[]
}

/** The designs of a method's genomes, with their figures. */
export async function methodResult(
  { genomes, ...rest }: FinishedMethod,
  { objectives, constraints }: Pick<CodesignConfig, 'objectives' | 'constraints'>,
  genome: DesignGenome,
  evaluator: Evaluator,
): Promise<MethodResult> {
  const members: CodesignMember[] = []
  let obstacle: string | undefined
  for (const numbers of genomes) {
    const design = genome.design(numbers)
    const figures = await evaluator.figures(design)
    if ('obstacles' in figures) obstacle = figures.reason
    else members.push({ design, figures, misses: missesOf(figures, constraints) })
  }
  if (rest.feasible) members.sort((a, b) => byObjectives(a.figures, b.figures, objectives))
  return {
    ...rest,
    members: rest.feasible ? members : withoutDominated(members, objectives),
    ...(members.length === 0 && obstacle !== undefined && { obstacle }),
  }
}

/** Of designs that break the same bounds by as much, those that no other betters in the objectives. */
function withoutDominated(
  members: readonly CodesignMember[],
  objectives: readonly Measure[],
): readonly CodesignMember[] {
  const values = ({ misses }: CodesignMember) => misses.map(({ value }) => value).join()
  const dominates = (a: Figures, b: Figures) =>
    objectives.every(measure => a[measure] <= b[measure]) &&
    objectives.some(measure => a[measure] < b[measure])
  return members.filter(
    member =>
      !members.some(other => values(other) === values(member) && dominates(other.figures, member.figures)),
  )
}

export const missesOf = (figures: Figures, constraints: readonly DesignConstraint[]): readonly DesignMiss[] =>
  constraints.flatMap(({ measure, bound }) => {
    const value = figures[measure]
    return value > bound ? [{ measure, bound, value, by: value - bound }] : []
  })

function byObjectives(a: Figures, b: Figures, objectives: readonly Measure[]): number {
  for (const measure of objectives) if (a[measure] !== b[measure]) return a[measure] - b[measure]
  return 0
}
