import { backend } from '../tensorflow.js'

/** How often a compiled TensorFlow step of ResNet-20 at batch 16 fits into one on wasm, as in docs/engine.md. */
const SLOWER = 'six'

let given = false

/** Says once in a process, on stderr, that training runs without TensorFlow, what that costs and how to get it. */
export function notice(): void {
  if (given) return
  given = true
  const clear = process.stderr.isTTY ? '\r\u001b[K' : ''
  process.stderr.write(
    `${clear}Training on wasm (${backend.reason}), about ${SLOWER} times slower than on TensorFlow, which \`tandem engine install\` fetches.\n`,
  )
}
