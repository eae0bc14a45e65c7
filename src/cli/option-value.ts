import type { Option } from 'commander'

/** What the text of an option may say: of a number its bounds, of a text the words that it is one of, or how it reads. */
export interface OptionValue {
  readonly type: 'integer' | 'number' | 'numbers' | 'text'
  readonly minimum?: number
  readonly maximum?: number
  readonly above?: number
  readonly below?: number
  readonly choices?: readonly string[]
  readonly pattern?: RegExp
  /** The option may be given several times. */
  readonly repeatable?: boolean
}

type Parse = (text: string, earlier: never) => unknown

const values = new WeakMap<Parse, OptionValue>()

/** Says what a parser of options takes, for `--config` and its schema; the parser still has the last word. */
export function takes<P extends Parse>(value: OptionValue, parse: P): P {
  values.set(parse, value)
  return parse
}

/** What a parser takes: any one text, unless it was said. */
const takenBy = (parse: Parse | undefined): OptionValue => (parse && values.get(parse)) ?? { type: 'text' }

/** What an option takes, whether its parser says so or its list of choices. */
export const optionTakes = (option: Option): OptionValue =>
  option.argChoices ? { type: 'text', choices: option.argChoices } : takenBy(option.parseArg)
