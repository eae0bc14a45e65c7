/** How report.html looks: light and dark, on a phone and on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6670; --line: #dfe3e7; --ground: #ffffff; --panel: #f5f7f8;
  --link: #1a5fb4 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebee; --soft: #9aa5af; --line: #333b43; --ground: #14181c; --panel: #1d2329; --link: #7db5f5 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere }
p { margin: .4rem 0 }
a { color: var(--link) }
a:focus-visible, summary:focus-visible, svg:focus-visible, .wide:focus-visible { outline: 2px solid var(--link);
  outline-offset: 2px }
.soft { color: var(--soft); margin: .3rem 0 0; font-size: .9rem; overflow-wrap: anywhere }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
th, td { padding: .35rem .9rem .35rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap }
th { color: var(--soft); font-weight: 500 }
.number { text-align: right }
figure { margin: 0 }
svg { display: block; max-width: 100%; height: auto }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; padding: .25rem 0 }
summary h3 { display: inline; color: var(--ink); font-size: .95rem; font-weight: 500 }
.detail { border-top: 1px solid var(--line) }
.detail > div { padding: 0 0 1rem 1rem; scroll-margin-top: 3rem }
.detail > div:target { border-left: 3px solid var(--link); padding-left: calc(1rem - 3px) }
pre { background: var(--panel); padding: .8rem 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
ul { padding-left: 1.2rem } li { overflow-wrap: anywhere }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; padding: 0; font-size: .9rem }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem 1rem; font-size: .9rem }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
.datum.shown { stroke: var(--ink); stroke-width: 2.5; opacity: 1; fill-opacity: 1 }
.tip { position: fixed; z-index: 1; max-width: min(22rem, 90vw); padding: .4rem .6rem; border-radius: 6px;
  background: var(--ink); color: var(--ground); font-size: .85rem; line-height: 1.35; white-space: pre-line;
  overflow-wrap: anywhere; pointer-events: none }
@media (max-width: 40rem) { td:first-child { white-space: normal; min-width: 8rem } }
@media print { body { max-width: none } nav { display: none } }`
