import {
  accuracyAgainst,
  type Cell,
  type ReportFigure as Figure,
  type PriceAxis,
  type ReportTable as Table,
} from '../runs/index.js'
/** All that a pooling knows of one convolution. Shares are of the whole network; absent is what was not looked at. */
export interface LayerAccount {
  readonly layer: string
  /** The round that pooled it, from 1. */
  readonly round?: number
  /** Saved by pooling it alone: of the MACs, of the latency on an accelerator, of that measured in onnxruntime. */
  readonly macs: number
  readonly accelerator?: number
  readonly measured?: number
  /** What pooling it alone does to the network: rise of the cross-entropy, fall of the accuracy. */
  readonly loss?: number
  readonly accuracy?: number
  /** Error of its output relative to the output, roots of mean squares. */
  readonly error?: number
  /** Why it is not pooled. */
  readonly refused?: string
}

const COLUMNS: readonly (readonly [string, (account: LayerAccount) => Cell])[] = [
  ['convolution', ({ layer }) => layer],
  ['round', ({ round }) => round],
  ['MACs saved, %', ({ macs }) => percents(macs)],
  ['latency saved on the accelerator, %', ({ accelerator }) => percents(accelerator)],
  ['latency saved, measured, %', ({ measured }) => percents(measured)],
  ['cross-entropy, pooled alone', ({ loss }) => (loss === undefined ? undefined : round(loss))],
  ['points lost, pooled alone', ({ accuracy }) => percents(accuracy)],
  ['error of its output', ({ error }) => (error === undefined ? undefined : round(error))],
  ['not pooled', ({ refused }) => refused],
]

const round = (value: number) => Number(value.toPrecision(4))
const percents = (share: number | undefined) => (share === undefined ? undefined : round(100 * share))

/** One row for each convolution, in the order given; columns of which nothing is known are left out. */
export function layerTable(accounts: readonly LayerAccount[]): Table {
  const used = COLUMNS.filter(([, cell]) => accounts.some(account => cell(account) !== undefined))
  return {
    title: 'Convolutions, each pooled alone',
    columns: used.map(([name]) => name),
    rows: accounts.map(account => used.map(([, cell]) => cell(account))),
  }
}

/** One network of a pooling in a figure. */
export interface RoundPoint {
  readonly network: string
  readonly stage: 'as it came in' | 'pooled' | 'trained again'
  readonly macs: number
  /** Measured in onnxruntime, one image. */
  readonly latencyMs: number
  /** On held-out images. */
  readonly accuracy: number
  /** The section of the report that tells of it. */
  readonly href?: string
}

export interface PoolFigures {
  readonly points: readonly RoundPoint[]
  readonly accounts: readonly LayerAccount[]
}

/** The figures of a pooling as vega-lite specifications; those without data are left out. */
export function poolFigures({ points, accounts }: PoolFigures): Figure[] {
  const judged = accounts.some(({ loss }) => loss !== undefined)
  return [
    curve('Accuracy against latency', points, {
      field: 'latencyMs',
      title: 'latency of one image in onnxruntime, ms',
      axis: {},
    }),
    curve('Accuracy against MACs', points, { field: 'macs', title: 'MACs', axis: { format: '~s' } }),
    ...(judged ? [sensitivityFigure(accounts)] : []),
    gainFigure(accounts),
  ]
}

const order = (accounts: readonly LayerAccount[]) => accounts.map(({ layer }) => layer)

const curve = (
  title: string,
  points: readonly RoundPoint[],
  { field, title: name, axis }: { readonly field: string; readonly title: string; readonly axis: object },
): Figure => ({
  title,
  spec: {
    data: { values: points },
    layer: [
      {
        mark: 'line',
        encoding: { ...places({ field, title: name, axis }), order: { field: 'macs', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', size: 60, opacity: 1 },
        encoding: {
          ...places({ field, title: name, axis }),
          ...{ detail: { field: 'network' }, href: { field: 'href', type: 'nominal' } },
        },
      },
    ],
  },
})

const places = (axis: PriceAxis) => ({
  ...accuracyAgainst(axis, 'held-out'),
  color: { field: 'stage', type: 'nominal', title: null },
})

const sensitivityFigure = (accounts: readonly LayerAccount[]): Figure => ({
  title: 'Sensitivity of each convolution',
  spec: {
    data: {
      values: accounts
        .filter(({ loss }) => loss !== undefined)
        .map(({ layer, loss, round }) => ({ layer, loss, round: round ?? 'never' })),
    },
    mark: 'bar',
    encoding: {
      x: { field: 'layer', type: 'nominal', title: null, sort: order(accounts) },
      y: { field: 'loss', type: 'quantitative', title: 'rise of the cross-entropy, pooled alone' },
      color: { field: 'round', type: 'nominal', title: 'pooled in round' },
    },
  },
})

const gainFigure = (accounts: readonly LayerAccount[]): Figure => ({
  title: 'What pooling each convolution saves',
  spec: {
    data: {
      values: accounts.flatMap(({ layer, macs, accelerator, measured }) => [
        { layer, by: 'MACs', share: macs },
        ...(accelerator === undefined
          ? []
          : [{ layer, by: 'latency on the accelerator', share: accelerator }]),
        ...(measured === undefined ? [] : [{ layer, by: 'latency, measured', share: measured }]),
      ]),
    },
    mark: { type: 'point', filled: true },
    encoding: {
      x: { field: 'layer', type: 'nominal', title: null, sort: order(accounts) },
      y: {
        field: 'share',
        type: 'quantitative',
        title: 'saved, of the whole network',
        axis: { format: '%' },
      },
      color: { field: 'by', type: 'nominal', title: null },
    },
  },
})
