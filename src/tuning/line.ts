import type { JournalEntry } from '../runs/index.js'

/** A line of progress, and what the journal remembers of it. */
export interface Line {
  readonly entry: JournalEntry
  readonly line: string
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A warning, which the journal keeps. */
export const warningLine = (text: string): Line => {
  const warning = `Warning: ${text}`
  return { entry: { warning }, line: warning }
}

/** An accuracy below this many times that of guessing is a model that has been fed the wrong thing. */
const SUSPICIOUS = 1.5

/**
 * The network that came in: its prices as `metric value`, and how often it is right; with a warning where that is hardly
 * more often than guessing among `classes`.
 */
export function incomingLines(
  name: string,
  prices: readonly string[],
  right?: { readonly heldOut: number; readonly classes: number },
): readonly Line[] {
  const shares = right === undefined ? [] : [`${percent(right.heldOut)} of the held-out images right`]
  const first = {
    entry: { incoming: name, ...(right && { heldOut: right.heldOut }) },
    line: `${name}: ${[...new Set(prices), ...shares].join(', ')}`,
  }
  if (right === undefined || right.heldOut * right.classes > SUSPICIOUS) return [first]
  const { heldOut, classes } = right
  return [
    first,
    warningLine(
      `${name} is right on ${percent(heldOut)} of the held-out images, and guessing among ${classes} classes on ${percent(1 / classes)}: is the input what the model expects (--normalize, --mean and --std), and are the classes in its order?`,
    ),
  ]
}
