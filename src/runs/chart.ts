import { formatCell } from './cell.js'
import type { Point } from './curves.js'
import { escapeHtml as text } from './escape-html.js'
import { PALETTE } from './figure-style.js'

/** One name of a chart's legend, and what is drawn for it. */
export interface ChartSeries {
  readonly name: string
  /** Points joined by a line, dots, or rings. */
  readonly mark: 'line' | 'dots' | 'rings'
  readonly points: readonly Point[]
  /** Beside each point, for whoever rests on it. */
  readonly labels?: readonly string[]
  /** Places in the palette and among the kinds of line. */
  readonly colour: number
  readonly dash?: number
}

/** A small chart that is drawn in a millisecond, over and over while a run goes on; `drawFigure` is for reports. */
export interface Chart {
  readonly title: string
  readonly x: string
  /** Where it is not the title. */
  readonly y?: string
  readonly series: readonly ChartSeries[]
  /** How many more series there are than are drawn. */
  readonly left?: number
}

const [WIDTH, HEIGHT] = [400, 240]
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 10, 12, 40]
const DASHES = ['', '6 3', '2 3', '8 3 2 3']

/** Above this ratio of the largest value to the smallest an axis of equal factors shows more. */
const WIDE_RANGE = 1000

interface Axis {
  /** From a value to a share of the axis, 0 to 1. */
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

/** A chart as HTML: a figure with its SVG, and a legend that says in words what the lines show. */
export function chartHtml({ title, x, y, series, left = 0 }: Chart): string {
  const points = series.flatMap(({ points }) => points)
  // A dot on the edge would be half a dot.
  const room = series.some(({ mark }) => mark !== 'line') ? 0.06 : 0
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [across, up] = [axis(xs, { count: 6, room }), axis(ys, { count: 5, room: Math.max(room, 0.03) })]
  const px = (value: number) => round(LEFT + across.at(value) * (WIDTH - LEFT - RIGHT))
  const py = (value: number) => round(HEIGHT - BOTTOM - up.at(value) * (HEIGHT - TOP - BOTTOM))
  const grid = [
    ...up.ticks.map(
      tick =>
        `<path class="grid" d="M${LEFT} ${py(tick)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${py(tick) + 4}" text-anchor="end">${tickText(tick)}</text>`,
    ),
    ...across.ticks.map(
      tick =>
        `<text x="${px(tick)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tickText(tick)}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${text(x)}</text>`,
    ...(y === undefined ? [] : [`<text x="${LEFT}" y="${TOP - 3}">${text(y)}</text>`]),
  ]
  const drawn = series.map(one => (one.mark === 'line' ? line(one, px, py) : marks(one, px, py)))
  const more = left > 0 ? `<li>and ${left} more</li>` : ''
  return `<figure class="chart"><figcaption>${text(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text(`${title} over ${x}; in words below`)}">${grid.join('')}${drawn.join('')}</svg>
<ul class="legend">${series
    .filter(({ name }) => name !== '')
    .map(legend)
    .join('')}${more}</ul></figure>`
}

const colourOf = ({ colour }: ChartSeries): string => PALETTE[colour % PALETTE.length]!

const stroke = (series: ChartSeries): string => {
  const dash = DASHES[(series.dash ?? 0) % DASHES.length]!
  return `stroke="${colourOf(series)}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`
}

type Place = (value: number) => number

const line = (series: ChartSeries, px: Place, py: Place): string =>
  `<polyline fill="none" stroke-width="2" stroke-linejoin="round" ${stroke(series)} points="${series.points.map(([x, y]) => `${px(x)},${py(y)}`).join(' ')}"/>`

const marks = (series: ChartSeries, px: Place, py: Place): string =>
  series.points
    .map(([x, y], i) => {
      const fill = series.mark === 'dots' ? colourOf(series) : 'none'
      const said = `${series.name} ${series.labels?.[i] ?? ''}: ${formatCell(x)}, ${formatCell(y)}`
      return `<circle cx="${px(x)}" cy="${py(y)}" r="4" stroke-width="1.5" fill="${fill}" ${stroke({ ...series, dash: 0 })}><title>${text(said)}</title></circle>`
    })
    .join('')

function legend(series: ChartSeries): string {
  const { name, mark, points } = series
  const sample =
    mark === 'line'
      ? `<path d="M0 6H20" stroke-width="2" ${stroke(series)}/>`
      : `<circle cx="10" cy="6" r="4" stroke-width="1.5" fill="${mark === 'dots' ? colourOf(series) : 'none'}" stroke="${colourOf(series)}"/>`
  return `<li><svg viewBox="0 0 20 12" class="sample" aria-hidden="true">${sample}</svg>${text(name)} ${mark === 'line' ? course(points) : `<span class="soft">${points.length}</span>`}</li>`
}

/** The newest value, and for those who cannot see the line where it came from. */
function course(points: readonly Point[]): string {
  const [first, last] = [points[0]!, points.at(-1)!]
  const values = points.map(([, y]) => y)
  const said = ` at step ${formatCell(last[0])}; ${formatCell(first[1])} at step ${formatCell(first[0])}; between ${formatCell(Math.min(...values))} and ${formatCell(Math.max(...values))}`
  return `<b>${formatCell(last[1])}</b><span class="unseen">${said}</span>`
}

const round = (value: number): number => Math.round(value * 10) / 10

function tickText(tick: number): string {
  const size = Math.abs(tick)
  if (size !== 0 && (size < 1e-3 || size >= 1e4))
    return new Intl.NumberFormat(
      'en',
      size >= 1e15 || size < 1 ? { notation: 'scientific' } : { notation: 'compact' },
    ).format(tick)
  return String(Number(tick.toPrecision(6)))
}

interface AxisOptions {
  /** Ticks at most, or one more. */
  readonly count: number
  /** Shares of the axis that stay free at its ends. */
  readonly room: number
}

function axis(values: readonly number[], options: AxisOptions): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low > 0 && high / low > WIDE_RANGE ? logarithmic(low, high) : linear(low, high, options)
}

/** Ticks at 1, 2 or 5 times a power of ten. */
function linear(low: number, high: number, { count, room }: AxisOptions): Axis {
  // One value alone stands in the middle.
  const free = high > low ? room * (high - low) : Math.abs(low) / 2 || 1
  const [from, to] = [low - free, high + free]
  const rough = (to - from) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find(factor => factor * power >= rough) ?? 10)
  const first = Math.ceil(from / step)
  const ticks = Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => (first + i) * step)
  return { at: value => (value - from) / (to - from), ticks }
}

function logarithmic(low: number, high: number): Axis {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const step = Math.ceil((to - from) / 5)
  const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 10 ** (from + i * step))
  return { at: value => (Math.log10(value) - from) / (to - from), ticks }
}
