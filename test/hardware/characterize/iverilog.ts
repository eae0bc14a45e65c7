import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { INPUT_DELAY } from '../../../src/hardware/characterize/activity/simulator.js'

export interface Bench {
  /** Verilog of the module `pe` and what it needs. */
  readonly verilog: string
  /** Its parameters, if it has any. */
  readonly parameters?: Readonly<Record<string, number>>
  /** Width by input, without the clock. */
  readonly inputs: readonly (readonly [name: string, bits: number])[]
  readonly psumBits: number
  /** All inputs, cycle by cycle. */
  readonly cycles: readonly Readonly<Record<string, number>>[]
  /** Changes are counted from this cycle on. */
  readonly from: number
}

const HALF = 10_000

/** Simulates with Icarus Verilog: changes of every net `n<number>`, and psum_out of every cycle that has a valid one. */
export function simulateWithIverilog({ verilog, parameters = {}, inputs, psumBits, cycles, from }: Bench) {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-iverilog-'))
  const total = inputs.reduce((sum, [, bits]) => sum + bits, 0)
  const vector = (values: Readonly<Record<string, number>>) =>
    inputs
      .map(([name, bits]) =>
        BigInt(values[name] ?? 0)
          .toString(2)
          .padStart(bits, '0'),
      )
      .join('')
  let at = total
  const ports = inputs.map(([name, bits]) => {
    at -= bits
    return `.${name}(v[${at} +: ${bits}])`
  })
  const values = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`)
  writeFileSync(join(folder, 'vectors.txt'), cycles.map(vector).join('\n'))
  writeFileSync(
    join(folder, 'bench.v'),
    `\`timescale 1ps/1ps
${verilog}
module bench;
  reg clk = 0;
  reg [${total - 1}:0] v = 0;
  reg [${total - 1}:0] vectors [0:${cycles.length - 1}];
  wire [${psumBits - 1}:0] psum_out;
  wire psum_out_valid;
  integer i;
  pe ${values.length > 0 ? `#(${values.join(', ')}) ` : ''}dut (.clk(clk), .psum_out(psum_out),
    .psum_out_valid(psum_out_valid), ${ports.join(', ')});
  initial begin
    $readmemb("vectors.txt", vectors);
    $dumpfile("bench.vcd");
    #${4 * HALF};
    for (i = 0; i < ${cycles.length}; i = i + 1) begin
      if (i == ${from}) $dumpvars(0, dut);
      clk = 1;
      #${INPUT_DELAY} v = vectors[i];
      #${HALF - INPUT_DELAY} clk = 0;
      #${HALF - 10} if (psum_out_valid === 1'b1) $display("psum %b", psum_out);
      #10;
    end
    $finish;
  end
endmodule
`,
  )
  execFileSync('iverilog', ['-g2005', '-o', 'bench.vvp', 'bench.v'], { cwd: folder })
  const out = execFileSync('vvp', ['-n', 'bench.vvp'], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const psums = [...out.matchAll(/^psum ([01x]+)$/gm)].map(([, bits]) => Number.parseInt(bits!, 2))
  return { psums, changes: changesIn(readFileSync(join(folder, 'bench.vcd'), 'utf8')) }
}

/** Changes by net of a value change dump, the first values not counted. */
function changesIn(dump: string): ReadonlyMap<number, number> {
  const nets = new Map<string, number>()
  for (const [, id, net] of dump.matchAll(/^\$var wire 1 (\S+) n(\d+) /gm)) nets.set(id!, Number(net))
  const counts = new Map<number, number>()
  const body = dump.slice(dump.indexOf('$end', dump.indexOf('$dumpvars')))
  for (const [, id] of body.matchAll(/^[01x](\S+)$/gm)) {
    const net = nets.get(id!)
    if (net !== undefined) counts.set(net, (counts.get(net) ?? 0) + 1)
  }
  return counts
}
