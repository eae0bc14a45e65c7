import { InputError } from '../../../errors.js'
import type { Cell, CellKind, InternalPower, Library, Pin, SetupConstraint, TimingArc } from './library.js'
import { type Axis, axisOf, type LookupTable } from './lookup-table.js'
import type { LibertyGroup } from './parse-liberty.js'
import { synthesisText } from './synthesis-text.js'
import { defaultWireLoad } from './wire-load.js'

interface Units {
  readonly ns: number
  readonly fF: number
  readonly nW: number
  readonly fJ: number
}

const PREFIX: Readonly<Record<string, number>> = { '': 1, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15 }

/** Turns a parsed liberty file into a Library. Throws InputError saying what characterization misses in it. */
export function compileLibrary(root: LibertyGroup, file: string, digest: string): Library {
  if (root.name !== 'library') throw new InputError(`${file}: not a liberty library: it holds a ${root.name}`)
  const units = unitsOf(root, file)
  const templates = templatesOf(root, file)
  const voltage = Number(root.simple.get('nom_voltage'))
  if (!(voltage > 0)) throw new InputError(`${file}: the library has no nom_voltage`)
  const wireLoad = defaultWireLoad(root, units.fF)
  const groups = root.groups.filter(({ name }) => name === 'cell')
  const cells = new Map(
    groups.map(group => [group.args[0] ?? '', cellOf(group, templates, units, file)] as const),
  )
  if (cells.size === 0) throw new InputError(`${file}: the library has no cells`)
  const usable = [...cells.values()].filter(({ dontUse }) => !dontUse)
  const clockGates = usable
    .filter(({ kind, clockGate }) => kind === 'clock-gate' && clockGate?.test === undefined)
    .sort((a, b) => a.area - b.area)
  const missing = [
    ...(usable.some(cell => isPlainFlipFlop(cell)) ? [] : ['rising-edge flip-flops without set and reset']),
    ...(clockGates.length > 0 ? [] : ['an integrated clock gate (latch_posedge, without test pin)']),
    ...(usable.some(isInverter) ? [] : ['an inverter']),
    ...(usable.some(({ kind, inputs }) => kind === 'gate' && inputs.length === 2)
      ? []
      : ['gates of two inputs']),
  ]
  if (missing.length > 0) throw new InputError(`${file}: the library lacks ${missing.join(' and ')}`)
  return {
    name: root.args[0] ?? '',
    file,
    digest,
    voltage,
    ...(wireLoad === undefined ? {} : { wireLoad }),
    cells,
    clockGates,
    synthesisText: synthesisText(root, cells),
  }
}

const isPlainFlipFlop = ({ kind, inputs }: Cell) => kind === 'flip-flop' && inputs.length === 2
const isInverter = ({ kind, inputs, pins, outputs }: Cell) =>
  kind === 'gate' && inputs.length === 1 && /^\s*\(?[!]|'/.test(pins.get(outputs[0]!)?.function ?? '')

function unitsOf(root: LibertyGroup, file: string): Units {
  const scaled = (name: string, unit: string, fallback?: string): number => {
    const text = root.simple.get(name) ?? fallback ?? ''
    const match = /^([\d.]+)\s*([munpf]?)([A-Za-z]+)$/.exec(text)
    const [, number, prefix, base] = match ?? []
    if (base?.toLowerCase() !== unit)
      throw new InputError(`${file}: expected ${name} in ${unit}, got ${text || 'nothing'}`)
    return Number(number) * PREFIX[prefix!]!
  }
  const [amount = '1', unit = ''] =
    root.complex.find(({ name }) => name === 'capacitive_load_unit')?.args ?? []
  const prefix = /^([munpf])f$/i.exec(unit)?.[1]?.toLowerCase()
  if (prefix === undefined) throw new InputError(`${file}: the library has no capacitive_load_unit`)
  const farad = Number(amount) * PREFIX[prefix]!
  const volt = scaled('voltage_unit', 'v', '1V')
  return {
    ns: scaled('time_unit', 's') / 1e-9,
    fF: farad / 1e-15,
    nW: scaled('leakage_power_unit', 'w', '1nW') / 1e-9,
    // Liberty's internal energy has no unit of its own: capacitance times voltage squared.
    fJ: (farad * volt * volt) / 1e-15,
  }
}

type Template = readonly Axis[]

function templatesOf(root: LibertyGroup, file: string): ReadonlyMap<string, Template> {
  const known = root.groups.filter(
    ({ name }) => name === 'lu_table_template' || name === 'power_lut_template',
  )
  const entries = known.map(({ args, simple }) => {
    const axes = ['variable_1', 'variable_2', 'variable_3'].flatMap(key => simple.get(key) ?? [])
    return [args[0] ?? '', axes.length > 2 ? undefined : axes] as const
  })
  return new Map(
    entries.flatMap(([name, axes]) => {
      // Tables of three dimensions (related outputs) are left out with whatever uses them.
      if (axes === undefined || axes.some(axis => axis.startsWith('related_out'))) return []
      return [[name, axes.map(axis => axisOf(axis, `${file}: template ${name}`))] as const]
    }),
  )
}

const numbers = (texts: readonly string[]): Float64Array =>
  Float64Array.from(
    texts
      .join(',')
      .split(/[\s,\\]+/)
      .filter(text => text !== ''),
    Number,
  )

function cellOf(
  group: LibertyGroup,
  templates: ReadonlyMap<string, Template>,
  units: Units,
  file: string,
): Cell {
  const name = group.args[0] ?? ''
  const number = (from: LibertyGroup, key: string, otherwise = 0): number => {
    const text = from.simple.get(key)
    if (text === undefined) return otherwise
    const value = Number(text)
    if (!Number.isFinite(value))
      throw new InputError(`${file}:${from.line}: ${key} of ${name} is not a number`)
    return value
  }
  const table = (from: LibertyGroup, key: string, scale: number): LookupTable | undefined => {
    const found = from.groups.find(group => group.name === key)
    if (found === undefined) return undefined
    const template = found.args[0] ?? 'scalar'
    const axes = template === 'scalar' ? [] : templates.get(template)
    if (axes === undefined) return undefined
    const list = (name: string) => numbers(found.complex.find(entry => entry.name === name)?.args ?? [])
    const index = (position: number) => {
      const axis = axes[position]
      return list(`index_${position + 1}`).map(x => x * (axis === 'load' ? units.fF : units.ns))
    }
    const result = { axes, index1: index(0), index2: index(1), values: list('values').map(x => x * scale) }
    const size = Math.max(1, axes.length > 0 ? result.index1.length : 1) * Math.max(1, result.index2.length)
    if (result.values.length !== size || result.values.some(Number.isNaN))
      throw new InputError(`${file}:${found.line}: table ${key} of ${name} does not fit its indices`)
    return result
  }
  const optional = <K extends string>(key: K, value: LookupTable | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { [P in K]?: LookupTable }

  const pinOf = (pin: LibertyGroup, pinName: string): Pin => {
    const capacitance = number(pin, 'capacitance') * units.fF
    const arcs: TimingArc[] = []
    const setups: SetupConstraint[] = []
    for (const timing of pin.groups.filter(({ name }) => name === 'timing')) {
      const type = timing.simple.get('timing_type') ?? 'combinational'
      const related = (timing.simple.get('related_pin') ?? '').split(' ').filter(text => text !== '')
      for (const from of related) {
        if (type === 'setup_rising' || type === 'setup_falling') {
          setups.push({
            clock: from,
            edge: type === 'setup_rising' ? 'rising' : 'falling',
            ...optional('rise', table(timing, 'rise_constraint', units.ns)),
            ...optional('fall', table(timing, 'fall_constraint', units.ns)),
          })
        }
        const sense = senseOf(type, timing.simple.get('timing_sense'))
        if (sense === undefined) continue
        arcs.push({
          from,
          sense,
          ...optional('cellRise', table(timing, 'cell_rise', units.ns)),
          ...optional('cellFall', table(timing, 'cell_fall', units.ns)),
          ...optional('riseTransition', table(timing, 'rise_transition', units.ns)),
          ...optional('fallTransition', table(timing, 'fall_transition', units.ns)),
        })
      }
    }
    const powers = pin.groups
      .filter(({ name }) => name === 'internal_power')
      .map((power): InternalPower => {
        const both = table(power, 'power', units.fJ)
        const [from, when] = [power.simple.get('related_pin'), power.simple.get('when')]
        return {
          ...(from === undefined ? {} : { from }),
          ...(when === undefined ? {} : { when }),
          ...optional('rise', table(power, 'rise_power', units.fJ) ?? both),
          ...optional('fall', table(power, 'fall_power', units.fJ) ?? both),
        }
      })
    const expression = pin.simple.get('function')
    return {
      name: pinName,
      direction: pin.simple.get('direction') === 'output' ? 'output' : 'input',
      capacitance,
      riseCapacitance: number(pin, 'rise_capacitance', capacitance / units.fF) * units.fF,
      fallCapacitance: number(pin, 'fall_capacitance', capacitance / units.fF) * units.fF,
      ...(expression === undefined ? {} : { function: expression }),
      threeState: pin.simple.has('three_state'),
      arcs,
      setups,
      powers,
    }
  }

  const pinGroups = group.groups.filter(
    ({ name, simple }) => name === 'pin' && /^(input|output)$/.test(simple.get('direction') ?? ''),
  )
  const pins = new Map(pinGroups.flatMap(pin => pin.args.map(name => [name, pinOf(pin, name)] as const)))
  const ofDirection = (direction: string) =>
    [...pins.values()].filter(pin => pin.direction === direction).map(({ name }) => name)
  const [inputs, outputs] = [ofDirection('input'), ofDirection('output')]
  const flipFlop = flipFlopOf(group)
  const clockGate = clockGateOf(group, pinGroups)
  const special = group.groups.some(({ name }) => /^(ff|latch|statetable|ff_bank|latch_bank)$/.test(name))
  const gates =
    outputs.length > 0 &&
    !special &&
    outputs.every(name => pins.get(name)!.function !== undefined && !pins.get(name)!.threeState)
  const kind: CellKind =
    clockGate !== undefined ? 'clock-gate' : flipFlop !== undefined ? 'flip-flop' : gates ? 'gate' : 'other'
  return {
    name,
    area: number(group, 'area'),
    leakageNw: leakageOf(group, number) * units.nW,
    kind,
    pins,
    inputs,
    outputs,
    ...(flipFlop === undefined ? {} : { flipFlop }),
    ...(clockGate === undefined ? {} : { clockGate }),
    dontUse: group.simple.get('dont_use') === 'true',
  }
}

function leakageOf(group: LibertyGroup, number: (from: LibertyGroup, key: string) => number): number {
  if (group.simple.has('cell_leakage_power')) return number(group, 'cell_leakage_power')
  const states = group.groups
    .filter(({ name }) => name === 'leakage_power')
    .map(state => number(state, 'value'))
  return states.length === 0 ? 0 : states.reduce((sum, value) => sum + value, 0) / states.length
}

function senseOf(type: string, sense: string | undefined): TimingArc['sense'] | undefined {
  if (type === 'rising_edge') return 'rising-edge'
  if (type === 'falling_edge') return 'falling-edge'
  if (!/^combinational(_rise|_fall)?$/.test(type)) return undefined
  return sense === 'positive_unate' ? 'positive' : sense === 'negative_unate' ? 'negative' : 'both'
}

/** Flip-flops that rise with a clock pin, without clear and preset; others are not used. */
function flipFlopOf(group: LibertyGroup): Cell['flipFlop'] {
  const ff = group.groups.find(({ name }) => name === 'ff')
  const next = ff?.simple.get('next_state')
  const clock = ff?.simple.get('clocked_on')?.trim()
  if (ff === undefined || next === undefined || clock === undefined || !/^\w+$/.test(clock)) return undefined
  if (ff.simple.has('clear') || ff.simple.has('preset')) return undefined
  return { next, clock, state: ff.args[0] ?? 'IQ', inverted: ff.args[1] ?? 'IQN' }
}

function clockGateOf(group: LibertyGroup, pins: readonly LibertyGroup[]): Cell['clockGate'] {
  if (!group.simple.get('clock_gating_integrated_cell')?.startsWith('latch_posedge')) return undefined
  const marked = (attribute: string) => pins.find(({ simple }) => simple.get(attribute) === 'true')?.args[0]
  const [clock, enable] = [marked('clock_gate_clock_pin'), marked('clock_gate_enable_pin')]
  const [gated, test] = [marked('clock_gate_out_pin'), marked('clock_gate_test_pin')]
  if (clock === undefined || enable === undefined || gated === undefined) return undefined
  return { clock, enable, gated, ...(test === undefined ? {} : { test }) }
}
