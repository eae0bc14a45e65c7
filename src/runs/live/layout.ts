import { escapeHtml as text } from '../escape-html.js'
import { REPORT_STYLE } from '../report-style.js'
import { LIVE_STYLE } from './live-style.js'

export interface LivePage {
  readonly title: string
  readonly main: string
  /** How soon the page asks for itself again; a page that is a file of its own never does. */
  readonly againMs?: number
}

/** The frame of every live page. All that it needs comes from the server itself. */
export function layout({ title, main, againMs }: LivePage): string {
  const live = againMs !== undefined
  const head = live
    ? `<script type="module" src="/script/page-script.js"></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>`
    : `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<link rel="icon" href="data:,">
<style>${REPORT_STYLE}${LIVE_STYLE}
</style>
${head}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${live ? '<nav aria-label="Tandem"><a href="/">All runs</a></nav>\n<p id="offline" role="alert" hidden>The server does not answer; what is shown is as of the last answer. Trying again.</p>' : ''}
<main id="main" tabindex="-1"${live ? ` data-again-ms="${againMs}"` : ''}>
${main}
</main>
</body>
</html>
`
}
