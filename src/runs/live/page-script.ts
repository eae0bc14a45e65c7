// What runs in the reader's browser, served as compiled: asks for the page again and again, and shows what has changed.
// Without it the page is whole and right, as of when it was loaded.
import type { Browser } from './dom.js'
import { morph } from './morph.js'

const { document, location, history, DOMParser, FormData } = globalThis as unknown as Browser

const TYPING_MS = 150

const main = document.querySelector('main')!
const offline = document.querySelector('#offline')!
const form = document.querySelector('form')

/** The address of the page with what is in its form now. */
function address(changes: Readonly<Record<string, string>> = {}): string {
  if (form === null) return location.href
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''))
  for (const [name, value] of Object.entries(changes)) query.set(name, value)
  return `?${query}`
}

let asked = 0

async function refresh(url = address()): Promise<void> {
  const turn = ++asked
  try {
    const answer = await fetch(url)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    // A newer question has been asked since.
    if (turn !== asked) return
    morph(main, page.querySelector('main')!)
    document.title = page.title
    offline.hidden = true
  } catch {
    offline.hidden = false
  }
}

async function follow(): Promise<void> {
  if (!document.hidden) await refresh()
  setTimeout(follow, Number(main.getAttribute('data-again-ms')))
}

let typed: ReturnType<typeof setTimeout> | undefined
document.querySelector('input[type=search]')?.addEventListener('input', () => {
  clearTimeout(typed)
  typed = setTimeout(async () => {
    const url = address({ page: '1' })
    history.replaceState(null, '', url)
    await refresh(url)
  }, TYPING_MS)
})

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh()
})

setTimeout(follow, Number(main.getAttribute('data-again-ms')))
