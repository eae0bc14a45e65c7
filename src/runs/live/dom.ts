// The little of a browser that the page's own script touches. The library of its types would make the names of a
// browser known to the whole program.

export interface DomNode {
  readonly nodeName: string
  readonly nodeType: number
  readonly nextSibling: DomNode | null
  nodeValue: string | null
  isEqualNode(other: DomNode): boolean
  remove(): void
}

export interface DomElement extends DomNode {
  readonly id: string
  readonly firstChild: DomNode | null
  readonly childNodes: Iterable<DomNode>
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>
  textContent: string | null
  hidden: boolean
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  insertBefore(child: DomNode, before: DomNode | null): void
  addEventListener(event: string, listener: () => void): void
}

export interface DomDocument {
  readonly hidden: boolean
  title: string
  querySelector(selector: string): DomElement | null
  addEventListener(event: string, listener: () => void): void
}

export interface Browser {
  readonly document: DomDocument
  readonly location: { readonly href: string }
  readonly history: { replaceState(data: null, unused: string, url: string): void }
  readonly DOMParser: new () => { parseFromString(text: string, type: 'text/html'): DomDocument }
  readonly FormData: new (form: DomElement) => Iterable<[string, string]>
}
