import { type BenchmarkProblem, evenly, reals } from './benchmark-problem.js'

/** Binh & Korn 1997. */
export const bnh: BenchmarkProblem = {
  name: 'BNH',
  variables: reals([
    [0, 5],
    [0, 3],
  ]),
  objectives: ['f1', 'f2'],
  constraints: [
    { name: 'within', bound: 25 },
    { name: 'without', op: '>=', bound: 7.7 },
  ],
  evaluate([x, y]: Float64Array) {
    return {
      objectives: [4 * x! ** 2 + 4 * y! ** 2, (x! - 5) ** 2 + (y! - 5) ** 2],
      constraints: [(x! - 5) ** 2 + y! ** 2, (x! - 8) ** 2 + (y! + 3) ** 2],
    }
  },
  front: count =>
    Float64Array.from(
      evenly(0, 5, count).flatMap(x => {
        const y = Math.min(x, 3)
        return [4 * x ** 2 + 4 * y ** 2, (x - 5) ** 2 + (y - 5) ** 2]
      }),
    ),
}

/** Srinivas & Deb 1994. Its front is x = −2.5, y from 2.5 to the circle. */
export const srn: BenchmarkProblem = {
  name: 'SRN',
  variables: reals([
    [-20, 20],
    [-20, 20],
  ]),
  objectives: ['f1', 'f2'],
  constraints: [
    { name: 'circle', bound: 225 },
    { name: 'line', bound: -10 },
  ],
  evaluate([x, y]: Float64Array) {
    return {
      objectives: [2 + (x! - 2) ** 2 + (y! - 1) ** 2, 9 * x! - (y! - 1) ** 2],
      constraints: [x! ** 2 + y! ** 2, x! - 3 * y!],
    }
  },
  front: count =>
    Float64Array.from(
      evenly(2.5, Math.sqrt(225 - 6.25), count).flatMap(y => [
        2 + 4.5 ** 2 + (y - 1) ** 2,
        9 * -2.5 - (y - 1) ** 2,
      ]),
    ),
}

/** Tanaka et al. 1995: the front lies on the constraint's waves. */
export const tnk: BenchmarkProblem = {
  name: 'TNK',
  variables: reals([
    [1e-30, Math.PI],
    [1e-30, Math.PI],
  ]),
  objectives: ['f1', 'f2'],
  constraints: [
    { name: 'waves', op: '>=', bound: 0 },
    { name: 'disc', bound: 0.5 },
  ],
  evaluate([x, y]: Float64Array) {
    return {
      objectives: [x!, y!],
      constraints: [
        x! ** 2 + y! ** 2 - 1 - 0.1 * Math.cos(16 * Math.atan(x! / y!)),
        (x! - 0.5) ** 2 + (y! - 0.5) ** 2,
      ],
    }
  },
}

/** Osyczka & Kundu 1995: six variables, six constraints, a front in five pieces along them. */
export const osy: BenchmarkProblem = {
  name: 'OSY',
  variables: reals([
    [0, 10],
    [0, 10],
    [1, 5],
    [0, 6],
    [1, 5],
    [0, 10],
  ]),
  objectives: ['f1', 'f2'],
  constraints: [
    { name: 'sum at least', op: '>=', bound: 2 },
    { name: 'sum at most', bound: 6 },
    { name: 'second over first', bound: 2 },
    { name: 'first over second', bound: 2 },
    { name: 'third and fourth', bound: 4 },
    { name: 'fifth and sixth', op: '>=', bound: 4 },
  ],
  evaluate([a, b, c, d, e, f]: Float64Array) {
    const squares = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term ** 2, 0)
    return {
      objectives: [
        -(25 * (a! - 2) ** 2 + squares([b! - 2, c! - 1, d! - 4, e! - 1])),
        squares([a!, b!, c!, d!, e!, f!]),
      ],
      constraints: [a! + b!, a! + b!, b! - a!, a! - 3 * b!, (c! - 3) ** 2 + d!, (e! - 3) ** 2 + f!],
    }
  },
}
