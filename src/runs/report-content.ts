import type { Cell, ReportTable } from './cell.js'
import type { ReportFigure } from './figure.js'

/** One of the things that figures show, told in a section of its own, to which a mark whose datum has `href: '#id'` leads. */
export interface ReportDetail {
  /** Lower case, digits and hyphens; no two alike. */
  readonly id: string
  readonly title: string
  /** A solution or baseline of result.json, by its name: its price, accuracy and files come by themselves. */
  readonly solution?: string
  readonly facts?: readonly (readonly [string, Cell])[]
  readonly tables?: readonly ReportTable[]
  readonly figures?: readonly ReportFigure[]
}

/** What a method wants to show. Tables of the solutions and baselines in result.json come by themselves. */
export interface ReportContent {
  readonly title: string
  /** What was asked for, in words; by default `asked` of result.json. */
  readonly asked?: readonly string[]
  readonly tables?: readonly ReportTable[]
  readonly figures?: readonly ReportFigure[]
  /** Of a front, say: each of its members. */
  readonly details?: readonly ReportDetail[]
  /** By default the run's own command line. */
  readonly command?: string
  readonly notes?: readonly string[]
}
