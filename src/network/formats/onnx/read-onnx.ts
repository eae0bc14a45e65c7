import { basename } from 'node:path'
import { InputError, NetworkError } from '../../../errors.js'
import type { Network } from '../../network.js'
import { createBudget } from './read/budget.js'
import { convertGraph } from './read/convert-graph.js'
import { externalData } from './read/external-data.js'
import { finish } from './read/finish.js'
import { graphInput } from './read/graph-input.js'
import { graphOutput } from './read/graph-output.js'
import { fileBytes, loadModel } from './read/load-model.js'
import { own } from './read/names.js'
import { simplify } from './read/simplify/editor.js'
import { ownRules, rules } from './read/simplify/rules.js'
import { Unsupported } from './read/unsupported.js'

export interface ReadOnnxOptions {
  /** What errors call the model; default: the file, or `ONNX model`. */
  readonly source?: string
  /** Height and width of the input where the file leaves them open. */
  readonly size?: readonly [number, number]
  /** The output to read where there are several of different shapes. */
  readonly output?: string
  /** Takes what is worth saying about the import, such as a log-softmax that was left out. */
  readonly note?: (text: string) => void
}

/** Values that constants and weights may hold beside one for every byte of the file. */
const BUDGET = 2 ** 22

/** Names of graphs that exporters give where nobody named the network. */
const NAMELESS = /^(main_?graph|torch[-_ ]?jit([-_ ]?export)?|tf2onnx|graph|onnx[-_ ]?model|)$/i

/**
 * The network in an ONNX file (operator sets 7 to 21): one input, [batch, channels, height, width] with all but the
 * batch fixed, or [batch, features]. Weights become float32. What exporters take apart is put together again
 * (hard swish, SiLU, GELU, layer normalization, shuffles, padding, biases), layouts disappear, and the logits are
 * those of the file. Layers are named after the file's modules; a file that Tandem wrote gives the same names.
 * Of several outputs of one shape the first is read. A log-softmax at the end is left out.
 *
 * Throws InputError if the file cannot be read, is damaged or asks for more memory than its size warrants; one
 * NetworkError naming all operators and nodes that Tandem has no layer for, weights that are no numbers included.
 */
export function readOnnx(model: Uint8Array | string, options: ReadOnnxOptions = {}): Network {
  const file = typeof model === 'string' ? model : undefined
  const { source = file ?? 'ONNX model', size, note = () => {} } = options
  const bytes = typeof model === 'string' ? fileBytes(model) : model
  const { model: proto, opset } = loadModel(bytes, source)
  const metadata = new Map(proto.metadataProps.map(({ key, value }) => [key, value]))
  const ours = proto.producerName === 'tandem'
  const budget = createBudget(BUDGET + bytes.length)
  try {
    const draft = convertGraph({
      graph: proto.graph,
      opset,
      input: graphInput(proto.graph, size),
      output: graphOutput(proto.graph, options.output),
      external: externalData(file, budget.earn),
      budget,
      note: text => note(`${source}: ${text}`),
    })
    if (draft.output === draft.input.name) throw new NetworkError('has no layers between input and output')
    if (ours) simplify(draft, ownRules, (a, b) => own(a) === own(b))
    else simplify(draft, rules)
    return finish(draft, nameOf(proto.graph.name, metadata, file), ours)
  } catch (error) {
    if (error instanceof NetworkError) throw new NetworkError(`${source}: ${error.message}`)
    if (error instanceof InputError || error instanceof Unsupported)
      throw new InputError(`${source}: ${error.message}`)
    throw error
  }
}

/** The name that Tandem or somebody else gave the network, or that of its file. */
function nameOf(
  graph: string | undefined,
  metadata: ReadonlyMap<string, string>,
  file: string | undefined,
): string {
  const given = metadata.get('tandem.network') ?? (NAMELESS.test(graph ?? '') ? undefined : graph)
  return given || (file ? basename(file).replace(/\.onnx$/i, '') : 'network')
}
