import { createInterface } from 'node:readline'
import { InputError } from '../errors.js'

/** Where a question is put and where it is answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
}

/**
 * Whether a person at the terminal says yes; anything else is no, Ctrl-C and Ctrl-D among it. Throws InputError, naming `--yes`, where there is nobody
 * to ask.
 */
export async function confirm(
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (!input.isTTY) throw new InputError(`${question} Nobody can be asked here; give --yes if that is meant`)
  const dialogue = createInterface({ input, output })
  try {
    return await new Promise<boolean>(resolve => {
      dialogue.once('close', () => resolve(false))
      dialogue.question(`${question} [y/N] `, answer => resolve(/^y(es)?$/i.test(answer.trim())))
    })
  } finally {
    dialogue.close()
  }
}
