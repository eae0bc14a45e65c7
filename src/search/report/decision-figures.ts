import type { Decision, DecisionChange, DecisionSample } from '../decision/decision-log.js'
import { type Space, searchable } from '../space/space.js'
import type { FormulationName } from '../supernet/formulation-names.js'
import { formulationOf } from '../supernet/formulations.js'
import { type Figure, rule } from './figure.js'

/** What a search remembers of its decisions. */
export interface DecisionRecord {
  readonly samples: readonly DecisionSample[]
  readonly changes: readonly DecisionChange[]
}

/** In how many epochs a search was taken, how many of them were without constraint, and what was searched. */
export interface Span {
  readonly formulation?: FormulationName
  readonly epochs: number
  readonly warmupEpochs: number
}

/** Norms against thresholds, or probabilities, and when each decision fell; nothing where nothing was recorded. */
export function decisionFigures(space: Space, record: DecisionRecord, span: Span): Figure[] {
  const last = record.samples.at(-1)
  if (last === undefined) return []
  const epochAt = (step: number) => (step * span.epochs) / last.step
  return [normFigure(space, record, span, epochAt), timeline(space, record, span, epochAt)]
}

const epochAxis = { field: 'epoch', type: 'quantitative', title: 'epochs', axis: { tickMinStep: 1 } }

/** A block's name, and size and channels of its output. */
const blockTitles = (space: Space): ReadonlyMap<string, string> =>
  new Map(
    searchable(space).map(({ name, filters, height, width, stride }) => {
      const size = [height, width].map(pixels => Math.ceil(pixels / stride))
      return [name, `${name}: ${size.join('×')}, ${filters} ch`]
    }),
  )

const warmupRule = ({ warmupEpochs }: Span) => rule('x', warmupEpochs, [2, 3])

/** Colours keep to the parts, whatever blocks have them. */
const partsOf = (decisions: readonly Decision[]) => [...new Set(decisions.map(({ part }) => part))]

function normFigure(
  space: Space,
  { samples }: DecisionRecord,
  span: Span,
  epochAt: (step: number) => number,
): Figure {
  const { decisions: decisionsOf, words } = formulationOf(span)
  const { title, axis, lines } = words.figure
  const decisions = decisionsOf(space)
  const titles = blockTitles(space)
  const values = samples.flatMap(({ step, norms, thresholds }) =>
    decisions.flatMap(({ block, part }, i) =>
      lines
        .map((line, at) => ({ line, value: [norms, thresholds][at]![i]! }))
        .map(each => ({ block: titles.get(block)!, decision: part, epoch: epochAt(step), ...each })),
    ),
  )
  return {
    title,
    spec: {
      data: { values },
      facet: { field: 'block', type: 'nominal', title: null, sort: [...titles.values()] },
      columns: 4,
      spacing: 14,
      spec: {
        width: 150,
        height: 105,
        layer: [
          warmupRule(span),
          {
            mark: { type: 'line', strokeWidth: 1.5, clip: true },
            encoding: {
              x: epochAxis,
              y: { field: 'value', type: 'quantitative', title: axis },
              color: { field: 'decision', type: 'nominal', title: null, sort: partsOf(decisions) },
              strokeDash: {
                field: 'line',
                type: 'nominal',
                title: null,
                sort: lines,
              },
            },
          },
        ],
      },
    },
  }
}

/** A bar while a decision is open. */
function timeline(
  space: Space,
  { changes }: DecisionRecord,
  span: Span,
  epochAt: (step: number) => number,
): Figure {
  const { decisions: decisionsOf, words } = formulationOf(span)
  const decisions = decisionsOf(space)
  const values = decisions.flatMap(({ block, part }, i) => {
    const own = changes.filter(({ decision }) => decision === i)
    const opened = [0, ...own.filter(({ open }) => open).map(({ step }) => epochAt(step))]
    const closed = [...own.filter(({ open }) => !open).map(({ step }) => epochAt(step)), span.epochs]
    return opened.map((epoch, n) => ({ decision: `${block} ${part}`, part, epoch, until: closed[n] }))
  })
  return {
    title: words.timeline,
    spec: {
      data: { values },
      height: { step: 14 },
      layer: [
        {
          mark: { type: 'bar', height: 9 },
          encoding: {
            x: {
              ...epochAxis,
              title: 'epochs done (dotted: end of the warm-up)',
              scale: { domain: [0, span.epochs] },
            },
            x2: { field: 'until' },
            y: {
              field: 'decision',
              type: 'nominal',
              title: null,
              sort: decisions.map(({ block, part }) => `${block} ${part}`),
              axis: { labelFontSize: 11, labelLimit: 0 },
            },
            color: { field: 'part', type: 'nominal', title: null, sort: partsOf(decisions) },
          },
        },
        warmupRule(span),
      ],
    },
  }
}
