/** A text on a page, and how it stands out from its ground: from 1 to 21, as WCAG counts. */
export interface Contrast {
  readonly text: string
  readonly ratio: number
}

/** Gives a `Contrast` for every text that is shown, letters of figures too; for a page to evaluate. */
export const CONTRASTS = `(() => {
  // What Chromium answers for a colour is rgb(…) or rgba(…).
  const numbers = color => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = color => {
    const [r, g, b] = numbers(color).map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = element => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((numbers(backgroundColor)[3] ?? 1) > 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *:not(script, title)')].flatMap(element => {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element);
    if (!own || element.getClientRects().length === 0 || element.getAttribute('opacity') === '0') return [];
    const inks = [element.tagName === 'text' ? style.fill : style.color, groundOf(element)].map(luminance);
    const ratio = (Math.max(...inks) + 0.05) / (Math.min(...inks) + 0.05);
    return [{ text: element.tagName + ' ' + element.textContent, ratio }];
  });
})()`
