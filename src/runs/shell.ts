const quote = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The arguments of `tandem` as one line that can be pasted into a shell. */
export const shellCommand = (argv: readonly string[]): string => ['tandem', ...argv.map(quote)].join(' ')
