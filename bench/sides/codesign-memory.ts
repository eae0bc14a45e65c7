import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  BUILDABLE,
  CODESIGN_PLAN,
  designGenome,
  evaluationOf,
  evaluator,
  type Figures,
  familyOf,
  type Measure,
  tableAccuracy,
} from '../../src/codesign/index.js'
import { ask, init, tell } from '../../src/evolve/index.js'
import { readAcceleratorSpace, readPeModel } from '../../src/hardware/index.js'
import { type BenchRow, row } from '../bench.js'
import { type CodesignBench, digits } from './codesign-bench.js'

/** Accelerators for one network, generation after generation: the heap, and evaluations a second. */
export async function memory({ table, generations, write }: CodesignBench): Promise<readonly BenchRow[]> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heap = () => {
    collect()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  const family = familyOf({ kind: 'nasbench201' })
  const accelerators = readAcceleratorSpace('accelerator-study')
  const genome = designGenome(family, accelerators)
  const objectives: readonly Measure[] = ['latency', 'area']
  const own = evaluator({
    ...{ family, accelerators, accuracy: tableAccuracy(table, family), peModel: readPeModel(), batch: 1 },
    mapping: 'latency',
  })
  const { variables, population } = { variables: genome.knobVariables, population: CODESIGN_PLAN.population }
  let state = init({ variables, objectives, constraints: [BUILDABLE], population }, 0)
  const lines: number[][] = []
  const start = performance.now()
  for (let generation = 1; generation <= generations; generation++) {
    const told = ask(state).map(numbers => {
      const design = { architecture: family.reference, accelerator: genome.acceleratorOf(numbers) }
      return { genome: numbers, ...evaluationOf(own.figures(design) as Figures, objectives, []) }
    })
    state = tell(state, told)
    if (generation % Math.ceil(generations / 20) === 0)
      lines.push([
        generation,
        state.evaluated,
        digits(heap()),
        Math.round((performance.now() - start) / 1000),
      ])
  }
  const seconds = (performance.now() - start) / 1000
  write.csv('codesign-memory', ['generation', 'evaluations', 'heap_mib', 'seconds'], lines)
  const warm = rate(i => own.figures({ architecture: family.reference, accelerator: i % 256 }))
  return [
    row('heap at the end against a tenth of the way, MiB', lines.at(-1)![2]!, lines[1]![2]!),
    row('evaluations/s with NSGA-II (ZigZag: cost evaluations/s)', state.evaluated / seconds, 330),
    row('evaluations/s of remembered accelerators (ZigZag: cost evaluations/s)', warm, 330),
  ]
}

/** Calls a second. */
function rate(work: (index: number) => unknown): number {
  for (let i = 0; i < 1000; i++) work(i)
  const start = performance.now()
  let calls = 0
  while (performance.now() - start < 1000) for (let i = 0; i < 1000; i++) work(calls++)
  return (1000 * calls) / (performance.now() - start)
}
