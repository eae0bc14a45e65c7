import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const folders = (process.env['PATH'] ?? '').split(delimiter)

/** A browser of this machine that can be driven, where it has one. */
export const chromium: string | undefined = NAMES.flatMap(name =>
  folders.map(folder => join(folder, name)),
).find(path => existsSync(path))

/** Said beside tests that cannot run without. */
export const needsChromium = chromium === undefined ? ' (skipped: no chromium or google-chrome in PATH)' : ''
