#!/usr/bin/env node
import { commands } from './commands.js'
import { runProgram } from './program.js'

// A reader that has seen enough, such as `| head`, is no failure.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runProgram(process.argv.slice(2), commands)
