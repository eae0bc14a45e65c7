import type { DomElement, DomNode } from './dom.js'

const isElement = (node: DomNode): node is DomElement => node.nodeType === 1

const idOf = (node: DomNode): string => (isElement(node) ? node.id : '')

/**
 * Makes `old` look like `fresh` and leaves alone what is the same: the focus, boxes that were checked, text that was
 * typed and what a screen reader is reading stay as they are. Elements with an id are known again wherever they went.
 */
export function morph(old: DomNode, fresh: DomNode): void {
  if (old.isEqualNode(fresh)) return
  if (!isElement(old) || !isElement(fresh)) {
    old.nodeValue = fresh.nodeValue
    return
  }
  for (const { name } of [...old.attributes]) {
    // What is open or shut is the reader's doing.
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  const known = new Map([...old.childNodes].map(child => [idOf(child), child]))
  let at = old.firstChild
  for (const child of [...fresh.childNodes]) {
    const was = idOf(child) !== '' ? known.get(idOf(child)) : at !== null && idOf(at) === '' ? at : undefined
    if (was === undefined || was === null || was.nodeName !== child.nodeName) {
      old.insertBefore(child, at)
      continue
    }
    if (was === at) at = at.nextSibling
    else old.insertBefore(was, at)
    morph(was, child)
  }
  while (at !== null) {
    const next: DomNode | null = at.nextSibling
    at.remove()
    at = next
  }
}
