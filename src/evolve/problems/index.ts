import type { BenchmarkProblem } from './benchmark-problem.js'
import { bnh, osy, srn, tnk } from './constrained.js'
import { dtlz2 } from './dtlz2.js'
import { kursawe } from './kursawe.js'
import { zdt1, zdt2, zdt3, zdt4, zdt6 } from './zdt.js'

/** Problems of the literature, by name. */
export const problems = Object.freeze({
  zdt1,
  zdt2,
  zdt3,
  zdt4,
  zdt6,
  dtlz2,
  kursawe,
  bnh,
  srn,
  tnk,
  osy,
} satisfies Record<string, BenchmarkProblem>)
