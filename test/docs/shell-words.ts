/** The commands of a shell block as words: comments left out, lines that `\` continues joined, `&&` taken apart. */
export const shellCommands = (text: string): readonly (readonly string[])[] =>
  text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap(line => commandsOf(words(line)))
    .filter(command => command.length > 0)

/** A line's words, quotes taken off, up to a comment. */
function words(line: string): readonly string[] {
  const found: string[] = []
  for (const [token] of line.matchAll(/#.*|(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (token.startsWith('#')) break
    found.push(token.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return found
}

function commandsOf(all: readonly string[]): readonly (readonly string[])[] {
  const at = all.indexOf('&&')
  return at < 0 ? [all] : [all.slice(0, at), ...commandsOf(all.slice(at + 1))]
}
