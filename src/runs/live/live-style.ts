/** What live pages have beyond the style of reports. */
export const LIVE_STYLE = `
:root { --running: #1a7f5a; --failed: #b3401a; --interrupted: #8a6400 }
@media (prefers-color-scheme: dark) {
  :root { --running: #4cc493; --failed: #f08a63; --interrupted: #dcae45 }
}
a:hover { text-decoration-thickness: 2px }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px }
main:focus { outline: none }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .3rem; background: var(--ground); padding: .3rem .6rem }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
nav { font-size: .9rem; margin-bottom: .8rem }
#offline { background: var(--panel); border-left: 4px solid var(--failed); padding: .5rem 1rem; margin: 0 0 1rem }
.bar { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 1rem 0 .6rem }
.bar p { margin: 0 auto 0 0 }
input[type=search] { flex: 1 1 14rem; min-width: 0 }
input[type=search], button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; padding: .35rem .8rem }
button { cursor: pointer } button:hover { border-color: var(--soft) }
input[type=checkbox] { width: 1.15rem; height: 1.15rem; margin: 0; display: block }
progress { width: 8rem; height: .55rem; accent-color: var(--link); vertical-align: middle }
progress.whole { width: 100%; height: .8rem }
.state { font-weight: 600 } .runs { width: 100% }
.state.running { color: var(--running) } .state.failed { color: var(--failed) } .state.interrupted { color: var(--interrupted) }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1.4rem 1.6rem }
.chart svg { min-width: 0; width: 100% } .chart text { font-size: 11px; fill: var(--soft) }
.chart .grid { stroke: var(--line); fill: none } .chart circle { cursor: default }
figcaption { font-size: .95rem; font-weight: 500; overflow-wrap: anywhere }
.legend { list-style: none; margin: .2rem 0 0; padding: 0; font-size: .85rem; display: flex; flex-wrap: wrap; gap: 0 1rem }
.legend .sample { display: inline-block; width: 20px; height: 12px; min-width: 0; margin-right: .4rem; vertical-align: -1px }
.journal { font-size: .85rem } .journal td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 14rem }
.files { columns: 16rem; padding-left: 1.2rem }
summary { cursor: pointer; font-weight: 500; margin: 2.2rem 0 .6rem }
@media (max-width: 40rem) {
  .runs thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .runs, .runs tbody { display: block }
  .runs tr { display: grid; grid-template-columns: 2.2rem 1fr max-content; gap: 0 .4rem; padding: .6rem 0; border-bottom: 1px solid var(--line) }
  .runs td { display: block; padding: 0; border: 0; white-space: normal; overflow-wrap: anywhere }
  .runs td:first-child, .journal td:first-child { min-width: 0 } .runs td:first-child { grid-row: span 4 } .runs td.rest { grid-column: 2 / 4 }
}`
