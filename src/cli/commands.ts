import { register as codesign } from './codesign.js'
import { register as completion } from './completion.js'
import { register as demo } from './demo.js'
import { register as engine } from './engine.js'
import { register as evaluate } from './evaluate.js'
import { register as init } from './init.js'
import { register as pool } from './pool.js'
import { register as ppa } from './ppa.js'
import { register as profile } from './profile.js'
import type { Register } from './program.js'
import { register as prune } from './prune.js'
import { register as quantize } from './quantize.js'
import { register as runs } from './runs.js'
import { register as search } from './search.js'
import { register as worker } from './worker.js'

/** All commands, one line each. A command's file must load fast: heavy rooms are imported inside its action. */
export const commands: readonly Register[] = [
  codesign,
  completion,
  demo,
  engine,
  evaluate,
  init,
  pool,
  ppa,
  profile,
  prune,
  quantize,
  runs,
  search,
  worker,
]
