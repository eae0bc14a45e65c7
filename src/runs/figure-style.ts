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

/** How every figure looks, as a configuration of vega-lite. Ink follows the text colour of its surroundings. */
export const FIGURE_STYLE = {
  background: null,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  range: { category: PALETTE },
  mark: { color: PALETTE[0] },
  line: { strokeWidth: 2 },
  rule: { color: '#888888' },
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
