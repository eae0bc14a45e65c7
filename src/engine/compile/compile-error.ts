import { EngineError } from '../../errors.js'

/** A step that cannot become a graph; says which operation and why. */
export class CompileError extends EngineError {}
