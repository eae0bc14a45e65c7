/** Levels that any file of ours nests; what recurses over parsed JSON need not fear for its stack. */
const DEEPEST = 200

/** As `JSON.parse`, for text from a file. Throws SyntaxError also where lists and objects nest deeper than 200 levels. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfText(text, at)
    else if (char === '[' || char === '{') {
      if (++depth > DEEPEST) throw new SyntaxError(`nests deeper than ${DEEPEST} levels at position ${at}`)
    } else if (char === ']' || char === '}') depth--
  }
  return value
}

/** Where the quote at `from` is closed, in JSON that has been parsed. */
function endOfText(text: string, from: number): number {
  let at = from + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
