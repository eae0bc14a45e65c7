import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Library } from '../../../src/hardware/characterize/liberty/library.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import { synthesize } from '../../../src/hardware/characterize/netlist/synthesize.js'
import { writeVerilog } from '../../../src/hardware/characterize/netlist/write-verilog.js'
import { analyzeTiming, TIMING } from '../../../src/hardware/characterize/timing/analyze-timing.js'
import { design, hasLibrary, installed, LIBRARY, needsLibrary } from './library.js'

describe.skipIf(!hasLibrary)(`static timing${needsLibrary}`, () => {
  let library: Library
  beforeAll(() => {
    library = readLibrary(LIBRARY)
  })

  it('finds a path from a clock to a flip-flop whose arrivals grow, and ends with its setup', async () => {
    const { netlist } = await synthesize(design('lightpe-1'), library)
    const { criticalPathNs, path } = analyzeTiming(netlist)
    expect(path.at(-1)!.cell).toMatch(/^DFF|^CLKGATE/)
    expect(path.at(-1)!.atNs).toBe(criticalPathNs)
    const slower = analyzeTiming(netlist, { ...TIMING, clockSlewNs: 0.1 })
    expect(slower.criticalPathNs).toBeGreaterThan(criticalPathNs)
  })

  const hasSta = installed('sta', '-version')
  const note = hasSta ? '' : ' (skipped: OpenSTA is not installed)'
  it.skipIf(!hasSta)(`agrees with OpenSTA within 3 %${note}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-sta-'))
    writeFileSync(join(folder, 'library.lib'), gunzipSync(readFileSync(LIBRARY)))
    const { clockSlewNs, inputSlewNs, heldInputs } = TIMING
    writeFileSync(
      join(folder, 'run.tcl'),
      `read_liberty library.lib
read_verilog pe.v
link_design pe
create_clock -name clk -period 20 [get_ports clk]
set_clock_transition ${clockSlewNs} [get_clocks clk]
set_input_delay 0 -clock clk [all_inputs]
set_input_transition ${inputSlewNs} [all_inputs]
set_false_path -from [get_ports {${heldInputs.map(name => `${name}*`).join(' ')}}]
report_checks -path_delay max -digits 5
exit
`,
    )
    for (const pe of [design('int8', { scratchpads: 'inside' }), design('lightpe-2'), design('int16')]) {
      const { netlist } = await synthesize(pe, library)
      writeFileSync(join(folder, 'pe.v'), writeVerilog(netlist))
      const report = execFileSync('sta', ['-exit', 'run.tcl'], { cwd: folder, encoding: 'utf8' })
      const theirs = 20 - Number(/(-?[\d.]+)\s+slack/.exec(report)![1])
      expect(Math.abs(analyzeTiming(netlist).criticalPathNs / theirs - 1)).toBeLessThan(0.03)
    }
  })
})
