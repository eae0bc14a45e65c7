import { createHash } from 'node:crypto'

/**
 * What makes figures answer, without a library: a mark shows its datum when it is pointed at, tapped or reached by the arrow
 * keys; a link into a section that is folded opens it. Without scripts marks have their `<title>`, and links lead where they do.
 */
export const REPORT_SCRIPT = `
'use strict';
{
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.append(tip);
  let shown, fresh;

  // The browser would show a title of its own beside this one.
  const textOf = mark => {
    const title = mark.querySelector('title');
    if (title) {
      mark.setAttribute('aria-label', title.textContent);
      title.remove();
    }
    return mark.getAttribute('aria-label').replaceAll('; ', '\\n');
  };
  const hide = () => {
    tip.hidden = true;
    if (shown) shown.classList.remove('shown');
    shown = undefined;
  };
  const show = mark => {
    if (mark === shown) return;
    hide();
    shown = mark;
    mark.classList.add('shown');
    tip.textContent = textOf(mark);
    tip.hidden = false;
    const at = mark.getBoundingClientRect();
    const space = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const left = at.left + at.width / 2 - tip.offsetWidth / 2;
    const above = at.top - tip.offsetHeight - 8;
    tip.style.left = Math.max(8, Math.min(space, left)) + 'px';
    tip.style.top = (above < 8 ? at.bottom + 8 : above) + 'px';
  };
  const centre = mark => {
    const { left, top, width, height } = mark.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const nearest = (svg, x, y) => {
    let best, least = 24;
    for (const mark of svg.querySelectorAll('.datum')) {
      const [a, b] = centre(mark);
      const distance = Math.hypot(a - x, b - y);
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  };

  document.addEventListener('pointerover', event => {
    const mark = event.target.closest('.datum');
    if (!mark) return hide();
    if (mark !== shown) fresh = mark;
    show(mark);
  });
  document.addEventListener('click', event => {
    const svg = event.target.closest('svg');
    if (!svg) return;
    const mark = event.target.closest('.datum');
    if (!mark) {
      const near = nearest(svg, event.clientX, event.clientY);
      if (near) show(near);
    } else if (event.pointerType === 'touch' && mark === fresh) event.preventDefault();
    fresh = undefined;
  });
  addEventListener('scroll', hide, { passive: true, capture: true });

  for (const svg of document.querySelectorAll('figure svg')) {
    if (!svg.querySelector('.datum')) continue;
    svg.setAttribute('tabindex', '0');
    svg.setAttribute('aria-description', 'Arrow keys go from mark to mark; Enter opens what a mark stands for.');
    for (const link of svg.querySelectorAll('a')) link.setAttribute('tabindex', '-1');
    let place = 0;
    const go = to => {
      const marks = svg.querySelectorAll('.datum');
      place = Math.max(0, Math.min(marks.length - 1, to));
      marks[place].scrollIntoView({ block: 'nearest', inline: 'nearest' });
      requestAnimationFrame(() => show(marks[place]));
    };
    svg.addEventListener('focus', () => { if (svg.matches(':focus-visible')) go(place); });
    svg.addEventListener('blur', hide);
    svg.addEventListener('keydown', event => {
      const last = svg.querySelectorAll('.datum').length - 1;
      const steps = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: last };
      if (event.key in steps) go(steps[event.key]);
      else if (event.key === 'Escape') hide();
      else if (event.key === 'Enter' && shown && shown.closest('a')) location.hash = shown.closest('a').getAttribute('href');
      else return;
      event.preventDefault();
    });
  }

  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let at = target.closest('details'); at; at = at.parentElement.closest('details')) at.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', open);
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]');
    if (link && !event.defaultPrevented && link.getAttribute('href') === location.hash) open();
  });
  open();
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(each => { each.open = true; }));
}
`

/** By which a page allows this script and no other. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(REPORT_SCRIPT).digest('base64')}`
