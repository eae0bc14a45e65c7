import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nativeBackend } from '../intercept.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { Variable } from '../variable.js'
import { CompileError } from './compile-error.js'
import { DATA_TYPE, encodeSavedModel, type NodeDef, shapeProto, TAG } from './graph-def.js'
import type { Recording } from './record.js'
import type { Program, Tensors } from './step.js'

/** A session in TensorFlow, shared by all recordings of one structure. */
interface Loaded {
  readonly id: number
  /** By slot: the variable whose value lies there, and which of its versions. */
  readonly slots: ({ readonly variable: Variable; readonly version: number } | undefined)[]
  /** Whether a slot may hold a value that is newer than the eager runtime's. */
  ahead: boolean
  users: number
}

const loaded = new Map<string, Loaded>()

/** How many sessions TensorFlow holds for this process. */
export const countSessions = (): number => loaded.size

/**
 * Loads a recording into a TensorFlow session, or finds that of an equal one. A run first brings in the variables that
 * changed elsewhere; those that it updates stay in the session till they are asked for. Throws CompileError where
 * TensorFlow refuses the graph.
 */
export function openSession(recording: Recording): Program {
  const { feeds, outputs, variables, updates } = recording
  const bytes = encodeSavedModel(graphOf(recording))
  const key = createHash('sha256').update(bytes).digest('base64')
  const session = loaded.get(key) ?? load(bytes)
  loaded.set(key, session)
  session.users++

  const { id, slots } = session
  const updated = [...new Set(updates.flatMap(update => update.variables))]
  const names = Object.keys(outputs)

  /** Brings all values that are newest here back into the eager runtime, in one run. */
  function bringBack(): void {
    if (!session.ahead) return
    session.ahead = false
    const values = run(
      id,
      {},
      updated.map(slot => `read${slot}`),
    )
    for (const [i, slot] of updated.entries()) {
      const held = slots[slot]!
      if (held.version === held.variable.version) held.variable.broughtBack(values[i]!)
    }
    tf.dispose(values)
  }

  /** Gives the slots the newest values of this recording's variables. */
  function bringIn(): void {
    const stale = variables.flatMap((variable, slot) => {
      const held = slots[slot]
      return held?.variable === variable && held.version === variable.version ? [] : [slot]
    })
    if (stale.length === 0) return
    // Another recording's newest values may lie in the slots.
    bringBack()
    const values = Object.fromEntries(stale.map(slot => [`value${slot}`, variables[slot]!.read()]))
    tf.dispose(
      run(
        id,
        values,
        stale.map(slot => `written${slot}`),
      ),
    )
    tf.dispose(values)
    for (const slot of stale) {
      const variable = variables[slot]!
      slots[slot] = { variable, version: variable.version }
    }
  }

  return {
    run(fed) {
      bringIn()
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, placeholder]) => [placeholder, fed[name]!]),
      )
      const results = run(
        id,
        inputs,
        names.map((_, i) => `output${i}`),
      )
      for (const slot of updated) {
        const variable = variables[slot]!
        variable.moved(bringBack)
        slots[slot] = { variable, version: variable.version }
      }
      session.ahead = updated.length > 0
      return Object.fromEntries(names.map((name, i) => [name, results[i]!]))
    },
    dispose() {
      bringBack()
      if (--session.users > 0) return
      loaded.delete(key)
      nativeBackend().deleteSavedModel(id)
    },
  }
}

function run(id: number, feeds: Tensors, outputs: readonly string[]): Tensor[] {
  const infos = Object.keys(feeds).map(name => ({ name: `${name}:0` }))
  return nativeBackend().runSavedModel(
    id,
    Object.values(feeds) as never,
    infos as never,
    outputs.map(name => `${name}:0`),
  ) as Tensor[]
}

/** The nodes of the step, and for each variable a handle, a way in (`value` → `written`) and a way out (`read`). */
function graphOf({ nodes, outputs, variables, updates }: Recording): NodeDef[] {
  const dtype = { type: DATA_TYPE.float }
  const after = updates.map(({ node }) => `^${node}`)
  const no = { dtype: { type: DATA_TYPE.bool }, value: { tensor: FALSE } }
  return [
    ...variables.flatMap(({ shape }, slot): NodeDef[] => {
      const handle = `variable${slot}`
      const typed = { dtype, shape: { shape: shapeProto(shape) } }
      return [
        {
          name: handle,
          op: 'VarHandleOp',
          input: [],
          attr: { ...typed, container: { s: new Uint8Array() }, shared_name: { s: Buffer.from(handle) } },
        },
        { name: `value${slot}`, op: 'Placeholder', input: [], attr: typed },
        {
          name: `assign${slot}`,
          op: 'AssignVariableOp',
          input: [handle, `value${slot}`],
          attr: { dtype },
        },
        { name: `written${slot}`, op: 'Const', input: [`^assign${slot}`], attr: no },
        { name: `read${slot}`, op: 'ReadVariableOp', input: [handle], attr: { dtype } },
      ]
    }),
    ...nodes.map(({ name, op, input, attr }) => ({ name, op, input, attr })),
    ...Object.values(outputs).map((reference, i) => {
      const [name, index = 0] = reference.split(':')
      const type = nodes.find(node => node.name === name)!.outputs[Number(index)]!
      return { name: `output${i}`, op: 'Identity', input: [reference, ...after], attr: { T: { type } } }
    }),
  ]
}

const FALSE = {
  dtype: DATA_TYPE.bool,
  tensorShape: shapeProto([]),
  tensorContent: Uint8Array.of(0),
}

function load(bytes: Uint8Array): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes)
    return { id: nativeBackend().loadSavedModelMetaGraph(folder, TAG), slots: [], ahead: false, users: 0 }
  } catch (error) {
    throw new CompileError(`TensorFlow refuses the graph of a step: ${(error as Error).message}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
