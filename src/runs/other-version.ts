import type { Run } from './run.js'
import { type Versions, versions } from './versions.js'

type Package = keyof Versions

/** Packages that were of another version when the run began, with that one and the one that is used now. */
function changed(run: Run, now: Versions): readonly (readonly [Package, string, string])[] {
  return (Object.keys(now) as Package[]).flatMap(name => {
    const before = run.versions[name]
    return before === undefined || before === now[name] ? [] : [[name, before, now[name]!] as const]
  })
}

/** What to say of a run that goes on with other versions than it began with; nothing where they are the same. */
export function versionWarning(run: Run, now: Versions = versions()): string | undefined {
  const texts = changed(run, now).map(([name, before, after]) => `${name} ${before}, now ${after}`)
  if (texts.length === 0) return undefined
  return `Warning: this run began with ${texts.join('; ')}. Its result may differ from that of one version alone; the result says so.`
}

/** Versions as a result tells them: `0.2.0, begun with 0.1.0` where one has changed since the run began. */
export function versionsSince(run: Run, now: Versions = versions()): Readonly<Record<string, string>> {
  const both = changed(run, now).map(([name, before, after]) => [name, `${after}, begun with ${before}`])
  return { ...now, ...Object.fromEntries(both) }
}
