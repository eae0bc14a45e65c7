import type { Cell } from './cell.js'

/** A figure described as data: a vega-lite specification whose data stand in it. */
export interface ReportFigure {
  readonly title: string
  readonly spec: Readonly<Record<string, unknown>>
}

/** Colours that keep apart on white and on black, also for the colour-blind. */
export const PALETTE = [
  '#3987e5',
  '#d95926',
  '#1a9e77',
  '#b06fd8',
  '#c98500',
  '#d55181',
  '#7a8a99',
  '#5f9e1f',
]

const INK = 'currentColor'
const FAINT = '#8888884d'

const CONFIG = {
  background: null,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  range: { category: PALETTE },
  mark: { color: PALETTE[0] },
  line: { strokeWidth: 2 },
  point: { size: 45, filled: true },
  title: { color: INK, fontSize: 14 },
  axis: {
    labelColor: INK,
    titleColor: INK,
    domainColor: '#888888',
    tickColor: '#888888',
    gridColor: FAINT,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  legend: {
    orient: 'top',
    labelLimit: 0,
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  header: { labelColor: INK, titleColor: INK },
  text: { color: INK },
} as const

/** Figures stand for themselves: nothing is fetched, nothing links anywhere. */
const refuse = () => Promise.reject(new Error('figures carry their own data'))
const nowhere = (_uri: string, { context }: { context?: string } = {}) =>
  context === 'href' ? Promise.resolve({}) : refuse()
const offline = { load: refuse, sanitize: nowhere, http: refuse, file: refuse, options: {} }

/** A logger that keeps errors, of which data that cannot be fetched are one, and forgets warnings. */
function listener() {
  const errors: string[] = []
  const keep = (...text: unknown[]) => {
    errors.push(text.map(String).join(' '))
    return logger
  }
  const forget = () => logger
  const warn = (...text: unknown[]) => (text[0] === 'Loading failed' ? keep(...text) : logger)
  const logger: unknown = { error: keep, warn, info: forget, debug: forget, level: forget }
  return { logger, errors }
}

interface Vega {
  parse(spec: unknown): unknown
  View: new (runtime: unknown, options: unknown) => { toSVG(): Promise<string>; finalize(): void }
}
interface VegaLite {
  compile(spec: unknown, options: unknown): { spec: unknown }
}

/**
 * Draws vega-lite as SVG without a browser. Ink follows the text colour of its surroundings; `id` keeps the
 * clip paths of several figures on one page apart. Throws Error when the specification is wrong.
 */
export async function drawFigure({ title, spec }: ReportFigure, id: string): Promise<string> {
  const [vega, lite] = (await Promise.all([import('vega'), import('vega-lite')])) as unknown as [
    Vega,
    VegaLite,
  ]
  const composed = ['facet', 'hconcat', 'vconcat', 'concat', 'repeat'].some(key => key in spec)
  const size = composed ? {} : { width: 560, height: 300 }
  const config = { ...CONFIG, ...(spec['config'] as object | undefined) }
  const { logger, errors } = listener()
  try {
    const compiled = lite.compile({ ...size, ...spec, config }, { logger }).spec
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader: offline, logger })
    const svg = await view.toSVG()
    view.finalize()
    if (errors.length > 0) throw new Error(errors.join('; '))
    return renamed(svg, id)
  } catch (error) {
    throw new Error(`The figure '${title}' cannot be drawn: ${(error as Error).message}`)
  }
}

/** A drawn figure as a file of its own, which follows the reader's light or dark too. */
export const standalone = (svg: string): string =>
  svg.replace(
    />/,
    '><style>svg{color:#1d2329;background:#fff}@media(prefers-color-scheme:dark){svg{color:#e8ebee;background:#14181c}}</style>',
  )

/** Vega numbers clip paths and gradients through the life of the process; here every figure counts its own. */
function renamed(svg: string, id: string): string {
  const names = new Map<string, string>()
  return svg.replaceAll(/(\bid="|url\(#)((?:clip|gradient)_?\d+)/g, (_, before: string, name: string) => {
    if (!names.has(name)) names.set(name, `${id}-${names.size + 1}`)
    return before + names.get(name)
  })
}

type Datum = Readonly<Record<string, Cell>>

/** All data that stand in a specification, one list for each place where some do. */
export function figureData(spec: unknown): readonly (readonly Datum[])[] {
  if (typeof spec !== 'object' || spec === null) return []
  return Object.entries(spec).flatMap(([key, value]) => {
    const values = key === 'data' ? (value as { values?: unknown } | null)?.values : undefined
    return Array.isArray(values) ? [values as Datum[]] : figureData(value)
  })
}
