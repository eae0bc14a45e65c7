#!/usr/bin/env node
import { register as codesign } from './codesign.js'
import { register as demo } from './demo.js'
import { register as engine } from './engine.js'
import { register as evaluate } from './evaluate.js'
import { register as pool } from './pool.js'
import { register as ppa } from './ppa.js'
import { register as profile } from './profile.js'
import { type Register, runProgram } from './program.js'
import { register as prune } from './prune.js'
import { register as quantize } from './quantize.js'
import { register as runs } from './runs.js'
import { register as search } from './search.js'
import { register as worker } from './worker.js'

/** One line a command. A command's file must load fast: heavy rooms are imported inside its action. */
const commands: readonly Register[] = [
  codesign,
  demo,
  engine,
  evaluate,
  pool,
  ppa,
  profile,
  prune,
  quantize,
  runs,
  search,
  worker,
]

// A reader that has seen enough, such as `| head`, is no failure.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runProgram(process.argv.slice(2), commands)
