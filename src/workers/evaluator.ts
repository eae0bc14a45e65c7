/** What a worker makes once of a setup, and asks again and again. */
export interface Evaluator {
  /** Plain JSON in and out, NaN and infinities too. Must depend on its argument and the setup alone. */
  evaluate(task: never): unknown
  /** Frees what it holds. */
  dispose?(): void | Promise<void>
}

/** Makes an evaluator of a setup, plain JSON: loads engine, data and model. */
export type EvaluatorKind = (setup: never) => Evaluator | Promise<Evaluator>

/**
 * The kinds of evaluation by name, each loaded when it is first asked for. A module that threads can import exports them as
 * `kinds`.
 */
export type EvaluatorKinds = Readonly<Record<string, () => Promise<EvaluatorKind>>>

/** What all tasks of a pool have in common. */
export interface Work {
  /** A name among the kinds. */
  readonly kind: string
  /** Plain JSON. */
  readonly setup: unknown
  /** A task that takes longer in a thread of its own is given up, and the thread replaced. */
  readonly limitSeconds?: number
}

/** Imports the module of kinds and makes the evaluator. Throws an Error for a kind that is not there. */
export async function createEvaluator(kindsModule: string, { kind, setup }: Work): Promise<Evaluator> {
  const { kinds } = (await import(kindsModule)) as { readonly kinds: EvaluatorKinds }
  const load = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (load === undefined)
    throw new Error(`no kind of evaluation "${kind}", only ${Object.keys(kinds).join(', ')}`)
  const create = await load()
  return create(setup as never)
}
