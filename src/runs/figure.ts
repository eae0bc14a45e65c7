import { escapeHtml } from './escape-html.js'
import { FIGURE_STYLE } from './figure-style.js'
import { telling } from './mark-text.js'

/** A figure described as data: a vega-lite specification whose data stand in it. */
export interface ReportFigure {
  readonly title: string
  readonly spec: Readonly<Record<string, unknown>>
}

/** Figures stand for themselves: nothing is fetched, and links lead to places of their own page alone. */
const refuse = () => Promise.reject(new Error('figures carry their own data'))
const within = (uri: string, { context }: { context?: string } = {}) =>
  context === 'href' ? Promise.resolve(/^#[a-z0-9-]+$/.test(uri) ? { href: uri } : {}) : refuse()
const offline = { load: refuse, sanitize: within, http: refuse, file: refuse, options: {} }

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
 * Draws vega-lite as SVG without a browser. Ink follows the text colour of its surroundings; every mark is of the class
 * `datum` and tells its datum as `<title>`, and one whose `href` is `#id` links there; `id` keeps the clip paths of several
 * figures on one page apart. Throws Error when the specification is wrong.
 */
export async function drawFigure({ title, spec }: ReportFigure, id: string): Promise<string> {
  const [vega, lite] = (await Promise.all([import('vega'), import('vega-lite')])) as unknown as [
    Vega,
    VegaLite,
  ]
  const composed = ['facet', 'hconcat', 'vconcat', 'concat', 'repeat'].some(key => key in spec)
  const size = composed ? {} : { width: 560, height: 300 }
  const config = { ...FIGURE_STYLE, ...(spec['config'] as object | undefined) }
  const { logger, errors } = listener()
  try {
    const compiled = lite.compile({ ...size, ...telling(spec), config }, { logger }).spec
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader: offline, logger })
    const svg = await view.toSVG()
    view.finalize()
    if (errors.length > 0) throw new Error(errors.join('; '))
    return named(titled(renamed(svg, id)), title)
  } catch (error) {
    throw new Error(`The figure '${title}' cannot be drawn: ${(error as Error).message}`)
  }
}

/** Marks of a figure that can be told one by one; of more only those that lead somewhere are. */
const MOST_TOLD = 4000

const MARK =
  /(<a>|<a xlink:href="[^"]*">)?<(path|rect) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="([^"]*)"([^>]*)\/>/g

/** What stands in the `aria-label` of a mark becomes its title; lines and areas, which are of many data, have none. */
function titled(svg: string): string {
  const all = (svg.match(MARK)?.length ?? 0) <= MOST_TOLD
  return svg
    .replaceAll(MARK, (_, link = '', tag: string, text: string, kind: string, rest: string) => {
      const told = text !== '' && !/^(line|area|trail) mark$/.test(kind) && (all || link.includes('href'))
      return told
        ? `${link}<${tag} class="datum" role="img"${rest}><title>${text}</title></${tag}>`
        : `${link}<${tag} aria-hidden="true"${rest}/>`
    })
    .replaceAll(/<a>(.*?)<\/a>/gs, '$1')
    .replaceAll('<a xlink:href=', '<a href=')
}

const named = (svg: string, title: string): string =>
  svg.replace(/^<svg /, `<svg role="group" aria-label="${escapeHtml(title)}" `)

/** A drawn figure as a file of its own, which leads nowhere and follows the reader's light or dark too. */
export const standalone = (svg: string): string =>
  svg
    .replaceAll(/<\/?a\b[^>]*>/g, '')
    .replace(
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

type Datum = Readonly<Record<string, unknown>>

/** All data that stand in a specification, one list for each place where some do. */
export function figureData(spec: unknown): readonly (readonly Datum[])[] {
  if (typeof spec !== 'object' || spec === null) return []
  return Object.entries(spec).flatMap(([key, value]) => {
    const values = key === 'data' ? (value as { values?: unknown } | null)?.values : undefined
    return Array.isArray(values) ? [values as Datum[]] : figureData(value)
  })
}
