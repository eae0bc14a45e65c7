import {
  type AccuracyTable,
  architectureIndex,
  askDesigns,
  BUILDABLE,
  CODESIGN_PLAN,
  designGenome,
  evaluationOf,
  evaluator,
  type Figures,
  familyOf,
  growPopulation,
  type KnownAccuracy,
  type Measure,
  mappingFor,
  tableAccuracy,
} from '../../src/codesign/index.js'
import {
  ask,
  crossGenomes,
  domainOf,
  drawGenome,
  front,
  type Genome,
  init,
  mutateGenome,
  type State,
  stopReason,
  tell,
} from '../../src/evolve/index.js'
import { countAccelerators, readAcceleratorSpace, readPeModel } from '../../src/hardware/index.js'
import { random } from '../../src/random.js'
import { type BenchRow, median, row } from '../bench.js'
import { type CodesignBench, digits } from './codesign-bench.js'
import { trueFront } from './true-front.js'

/** The accuracies of all cells, for families of some of them. */
function accuracyIn(table: AccuracyTable): KnownAccuracy {
  const all = familyOf({ kind: 'nasbench201' })
  const model = tableAccuracy(table, all)
  return { ...model, accuracy: architecture => table.values[architectureIndex(all, architecture)]! }
}

const SHARES = [0.001, 0.003, 0.01]
const PROBLEMS: readonly (readonly Measure[])[] = [
  ['error', 'energy'],
  ['error', 'latency', 'area'],
]

/** Ways to search the small family, by how they make genomes. */
const SEARCHES: Readonly<
  Record<
    string,
    { readonly grows?: boolean; readonly genomes: (state: State, networks: number) => readonly Genome[] }
  >
> = {
  'co-design': { grows: true, genomes: askDesigns },
  'NSGA-II alone': { genomes: ask },
  'mating without tournaments': { genomes: state => (state.generation === 0 ? ask(state) : mated(state)) },
  'random pairs': { grows: true, genomes: drawn },
}
/** Population of the searches that do not grow. */
const POPULATION = 100

/** A family whose pairs can all be gone through: how soon each search has the true front. */
export async function small({ table, seeds, write }: CodesignBench): Promise<readonly BenchRow[]> {
  const family = familyOf({
    kind: 'nasbench201',
    operations: ['skip_connect', 'nor_conv_1x1', 'nor_conv_3x3'],
  })
  const accelerators = readAcceleratorSpace('accelerator-space')
  const genome = designGenome(family, accelerators)
  const rows: BenchRow[] = []
  const lines: (readonly (string | number)[])[] = []
  for (const objectives of PROBLEMS) {
    const options = { family, accelerators, accuracy: accuracyIn(table), peModel: readPeModel(), batch: 1 }
    const own = evaluator({ ...options, mapping: mappingFor(objectives, []) })
    const truth = trueFront(family, countAccelerators(accelerators), own, objectives)
    const budgets = SHARES.map(share => Math.floor(share * truth.pairs))
    const medians = new Map<string, readonly number[]>()
    for (const [name, { grows = false, genomes }] of Object.entries(SEARCHES)) {
      const reached: number[][] = budgets.map(() => [])
      for (let seed = 0; seed < seeds; seed++) {
        let state = init(
          {
            ...{ variables: genome.variables, objectives, constraints: [BUILDABLE], distinct: 'run' },
            population: grows ? CODESIGN_PLAN.population : POPULATION,
            termination: { evaluations: budgets.at(-1)! },
          },
          seed,
        )
        for (const [i, budget] of budgets.entries()) {
          while (!stopReason(state) && state.evaluated + state.config.offspring <= budget) {
            const designs = genomes(state, genome.networkVariables.length)
            if (designs.length === 0) break
            const told = designs.map(numbers => ({
              genome: numbers,
              ...evaluationOf(own.figures(genome.design(numbers)) as Figures, objectives, []),
            }))
            state = tell(state, told)
            if (grows) state = growPopulation(state, CODESIGN_PLAN.mostPopulation)
          }
          reached[i]!.push(truth.share(front(state).members.map(member => member.objectives)))
        }
      }
      medians.set(name, reached.map(median))
      for (const [i, shares] of reached.entries()) {
        const figures = [Math.min(...shares), median(shares), Math.max(...shares)].map(digits)
        lines.push([
          objectives.join(' '),
          name,
          SHARES[i]!,
          budgets[i]!,
          seeds,
          truth.designs.length,
          ...figures,
        ])
      }
    }
    for (const [i, budget] of budgets.entries())
      for (const other of Object.keys(SEARCHES).slice(1))
        rows.push(
          row(
            `${objectives.join(', ')}: share of the true front’s hypervolume after ${budget} of ${truth.pairs} (${other})`,
            medians.get('co-design')![i]!,
            medians.get(other)![i]!,
          ),
        )
  }
  const columns = ['objectives', 'search', 'share', 'evaluations', 'seeds', 'true_front']
  write.csv('codesign-small', [...columns, 'min', 'median', 'max'], lines)
  return rows
}

/** Parents at random, as pymoo's mixed mating has them. */
function mated({ config, seed, generation, population, evaluated }: State): readonly Genome[] {
  const domains = config.variables.map(domainOf)
  const width = domains.length
  const parent = (index: number) => population.genomes.slice(index * width, (index + 1) * width)
  const genomes: Genome[] = []
  const wanted = Math.min(config.offspring, config.termination.evaluations! - evaluated)
  for (let i = 0; genomes.length < wanted; i++) {
    const stream = random(seed, 'random parents', generation, i)
    const [one, other] = [parent(stream.integer(population.size)), parent(stream.integer(population.size))]
    crossGenomes(one, other, domains, config.crossover, stream)
    for (const child of [one, other]) {
      mutateGenome(child, domains, config.mutation, stream)
      if (genomes.length < wanted) genomes.push(child)
    }
  }
  return genomes
}

function drawn({ config, seed, generation, evaluated }: State): readonly Genome[] {
  const domains = config.variables.map(domainOf)
  const wanted = Math.min(config.offspring, config.termination.evaluations! - evaluated)
  return Array.from({ length: wanted }, (_, i) => {
    const genome = new Float64Array(domains.length)
    drawGenome(genome, domains, random(seed, 'uniform', generation, i))
    return genome
  })
}
