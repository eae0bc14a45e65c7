import { NetworkError } from '../../../../errors.js'
import type { Node } from './node.js'

/** What is wrong with a node; empty where its operator is not known at all. */
export interface Problem {
  readonly node: Node
  readonly problem: string
}

/** Lines that a message shows. */
const MOST_LINES = 20

/** Nodes that a line names. */
const MOST_NODES = 5

/** One error for all problems: operators that are not known, by kind; then nodes of known ones. */
export function unsupported(problems: readonly Problem[]): NetworkError {
  const unknown = new Map<string, string[]>()
  for (const { node, problem } of problems) if (problem === '') group(unknown, node.op, `"${node.name}"`)
  const lines = [
    ...[...unknown].map(([op, names]) => `${op} is not supported: ${some(names)}`),
    ...problems
      .filter(({ problem }) => problem !== '')
      .map(({ node, problem }) => `node "${node.name}" (${node.op}) ${problem}`),
  ]
  if (lines.length === 1) return new NetworkError(lines[0]!)
  const shown = lines.slice(0, MOST_LINES)
  if (lines.length > MOST_LINES) shown.push(`and ${lines.length - MOST_LINES} more`)
  return new NetworkError(`cannot be imported:\n${shown.map(line => `  ${line}`).join('\n')}`)
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NODES).join(', ')
  return names.length > MOST_NODES ? `${shown} and ${names.length - MOST_NODES} more` : shown
}

function group(groups: Map<string, string[]>, key: string, name: string): void {
  const known = groups.get(key)
  if (known) known.push(name)
  else groups.set(key, [name])
}
