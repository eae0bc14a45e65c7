import type { Command } from 'commander'

/** The commands that take `--config`, by the name that their runs have: `search`, `ppa-sweep`, … */
export function configurable(program: Command): ReadonlyMap<string, Command> {
  const visit = (command: Command, path: readonly string[]): (readonly [string, Command])[] =>
    command.commands.flatMap(child => {
      const name = [...path, child.name()]
      const takes = child.options.some(option => option.name() === 'config')
      return takes ? [[name.join('-'), child] as const] : visit(child, name)
    })
  return new Map(visit(program, []))
}

/** The program that a command is part of. */
export const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command)
