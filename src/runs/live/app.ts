import { createReadStream, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import { InputError, TandemError } from '../../errors.js'
import { compareRuns } from '../compare.js'
import { escapeHtml as text } from '../escape-html.js'
import { openRun } from '../run.js'
import { runsRoot } from '../run-name.js'
import { comparePage } from './compare-page.js'
import { comparedRun } from './compared-run.js'
import { guard } from './guard.js'
import { layout } from './layout.js'
import { listPage } from './list-page.js'
import { runFile } from './run-files.js'
import { runIndex } from './run-index.js'
import { runPage } from './run-page.js'
import { watchedRuns } from './watched-runs.js'

export interface LiveOptions {
  readonly root?: string
  /** The host names under which pages may be asked for; any where it is absent. */
  readonly hosts?: readonly string[]
}

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.ndjson': 'text/plain',
  '.yaml': 'text/plain',
})

/** A file that a run wrote is shown in a box of its own: whatever it does, it cannot ask for other pages. */
const BOXED =
  "sandbox allow-scripts allow-popups; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

const MOST_COMPARED = 8

const SCRIPTS = ['page-script.js', 'morph.js']

/** The live page: runs under `root`, to be read only. */
export function liveApp({ root = runsRoot(), hosts }: LiveOptions = {}): Hono {
  const runs = runIndex(root)
  const watched = watchedRuns(root)
  const app = new Hono()
  app.use(guard(hosts))

  app.get('/', c =>
    c.html(
      listPage(runs(), {
        filter: c.req.query('q') ?? '',
        page: Number(c.req.queries('page')?.at(-1)) || 1,
        chosen: c.req.queries('run') ?? [],
      }),
    ),
  )

  app.get('/runs/:name', async c => c.html(runPage(await watched(c.req.param('name')))))

  app.get('/runs/:name/files/:file{.+}', c => {
    const file = c.req.param('file')
    const path = runFile(openRun(root, c.req.param('name')), file)
    if (path === undefined) throw new InputError(`Run ${c.req.param('name')} has no file ${file}.`)
    const type = TYPES[extname(file)]
    c.header('Content-Security-Policy', BOXED)
    c.header('Content-Type', type === undefined ? 'application/octet-stream' : `${type}; charset=utf-8`)
    return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream)
  })

  app.get('/compare', async c => {
    const names = [...new Set(c.req.queries('run') ?? [])]
    if (names.length < 2 || names.length > MOST_COMPARED) {
      throw new InputError(`Choose 2 to ${MOST_COMPARED} runs in the list, then compare them.`)
    }
    return c.html(
      comparePage(compareRuns((await Promise.all(names.map(watched))).map(comparedRun)), { live: true }),
    )
  })

  app.get('/script/:file', c => {
    const file = SCRIPTS.find(name => name === c.req.param('file'))
    if (file === undefined) return c.notFound()
    c.header('Content-Type', 'text/javascript; charset=utf-8')
    return c.body(readFileSync(new URL(file, import.meta.url), 'utf8'))
  })

  app.notFound(c => said(c, 404, 'There is no such page.'))
  app.onError((error, c) => {
    if (error instanceof InputError) return said(c, 404, error.message)
    return said(
      c,
      500,
      error instanceof TandemError ? error.message : 'Something went wrong that should not.',
    )
  })
  return app
}

function said(c: Context, status: 404 | 500, message: string): Response {
  const main = `<header><h1>${status === 404 ? 'Not here' : 'This cannot be shown'}</h1></header><p>${text(message)}</p>`
  return c.html(layout({ title: 'Tandem', main, againMs: 5000 }), status) as Response
}
