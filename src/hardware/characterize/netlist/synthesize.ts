import { TandemError } from '../../../errors.js'
import type { PeDesign } from '../../pe-design.js'
import { peParameters } from '../../rtl/pe-parameters.js'
import { RTL_FILES, rtlFiles } from '../../rtl/rtl-files.js'
import type { Library } from '../liberty/library.js'
import { type Netlist, netlistFromYosys } from './netlist.js'

/** Yosys did not come to an end with a design; the message holds its last lines. */
export class SynthesisError extends TandemError {
  readonly exitCode = 1
}

/**
 * Structural choices (which keep the depth of adders and multipliers: `dc2` would spoil it), mapping, buffers for wide
 * fan-outs, then sizes: for speed first, back where there is slack.
 */
export const ABC_SCRIPT =
  'strash; &get -n; &st; &dch -x; &nf -R 20; &put; buffer -c -N 16; topo; upsize; dnsize'

const TOP = 'pe'

/** The Yosys script of a design; recorded with the data set. */
export function synthesisScript(design: PeDesign, library: Library): string {
  const parameters = Object.entries(peParameters(design)).map(([name, value]) => `-chparam ${name} ${value}`)
  const [high, low] = [constantCell(library, 1), constantCell(library, 0)]
  return [
    `read_verilog ${RTL_FILES.join(' ')}`,
    'blackbox clock_gate',
    `hierarchy -top ${TOP} ${parameters.join(' ')}`,
    `synth -flatten -top ${TOP}`,
    'techmap -map gate-map.v',
    'dfflibmap -liberty library.lib',
    'abc -liberty library.lib -script abc.script',
    ...(high && low ? [`hilomap -singleton -hicell ${high} -locell ${low}`] : []),
    'opt_clean -purge',
    'write_json netlist.json',
  ].join('\n')
}

export interface Synthesis {
  readonly netlist: Netlist
  readonly version: string
  readonly seconds: number
}

/**
 * Maps a processing element to the library's cells with Yosys and ABC (WebAssembly, in this thread: a few seconds
 * to half a minute). Throws InputError for an illegal design, SynthesisError when Yosys fails.
 */
export async function synthesize(design: PeDesign, library: Library): Promise<Synthesis> {
  const script = synthesisScript(design, library)
  const { runYosys, version } = await import('@yowasp/yosys')
  const started = performance.now()
  const files = {
    ...rtlFiles(),
    'library.lib': library.synthesisText,
    'gate-map.v': gateMap(library),
    'abc.script': ABC_SCRIPT,
    'synthesis.ys': script,
  }
  let log = ''
  const note = (bytes: Uint8Array | null) => {
    if (bytes !== null) log = (log + Buffer.from(bytes).toString('utf8')).slice(-4000)
  }
  try {
    const out = await runYosys(['-q', '-s', 'synthesis.ys'], files, { stdout: note, stderr: note })
    const text = (name: string): string => {
      const file = out?.[name]
      if (file === undefined) throw new Error(`no ${name}`)
      return typeof file === 'string' ? file : Buffer.from(file as Uint8Array).toString('utf8')
    }
    const netlist = netlistFromYosys(JSON.parse(text('netlist.json')), TOP, library)
    const seconds = (performance.now() - started) / 1000
    return { netlist, version, seconds }
  } catch (error) {
    if (error instanceof TandemError) throw error
    throw new SynthesisError(
      `Yosys ${version} failed on ${JSON.stringify(design)}: ${(error as Error).message}\n${log.trim()}`,
    )
  }
}

function gateMap({ clockGates }: Library): string {
  const [gate] = clockGates
  const { clock, enable, gated } = gate!.clockGate!
  return `module clock_gate (input clk, input enable, output gated);
  ${gate!.name} _TECHMAP_REPLACE_ (.${clock}(clk), .${enable}(enable), .${gated}(gated));
endmodule
`
}

/** The smallest cell that gives a constant, as `cell pin`. */
function constantCell({ cells }: Library, value: 0 | 1): string | undefined {
  const found = [...cells.values()]
    .filter(
      ({ kind, inputs, outputs, dontUse }) =>
        kind === 'gate' && !dontUse && inputs.length === 0 && outputs.length === 1,
    )
    .filter(({ pins, outputs }) => pins.get(outputs[0]!)!.function?.trim() === String(value))
    .sort((a, b) => a.area - b.area)[0]
  return found && `${found.name} ${found.outputs[0]}`
}
