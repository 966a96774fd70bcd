import type { Stage } from '../stage.ts';
import { el } from './dom.ts';

export interface Tab {
  name: string;
  label: string;
  panel(stage: Stage): HTMLElement;
}

/** The way that was chosen last in this page: a redraw, as in another language, keeps it. */
let chosen: string | undefined;

/** One panel at a time, chosen by tabs: arrow keys, Home and End, as the ARIA pattern has them. A single tab is only its panel. */
export function tabs(stage: Stage, label: string, all: readonly [Tab, ...Tab[]]): HTMLElement {
  const place = el('div', { class: 'panel', id: 'panel' });
  let leave = () => {};
  stage.onLeave(() => leave());
  const knobs = all.map((tab, index) => {
    const knob = el(
      'button',
      { type: 'button', role: 'tab', id: `tab-${tab.name}`, class: 'tab', 'aria-controls': 'panel' },
      tab.label,
    );
    knob.addEventListener('click', () => open(tab));
    knob.addEventListener('keydown', (event) => {
      const to = new Map([
        ['ArrowRight', index + 1],
        ['ArrowLeft', index - 1],
        ['Home', 0],
        ['End', -1],
      ]).get(event.key);
      const next = to === undefined ? undefined : all[(to + all.length) % all.length];
      if (next === undefined) return;
      event.preventDefault();
      open(next);
      knobs[all.indexOf(next)]?.focus();
    });
    return knob;
  });
  open(all.find(({ name }) => name === chosen) ?? all[0]);
  if (all.length === 1) return place;
  place.setAttribute('role', 'tabpanel');
  return el('div', {}, el('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...knobs), place);

  function open(tab: Tab): void {
    const knob = knobs[all.indexOf(tab)];
    if (knob?.getAttribute('aria-selected') === 'true') return;
    chosen = tab.name;
    for (const each of knobs) {
      each.setAttribute('aria-selected', String(each === knob));
      each.tabIndex = each === knob ? 0 : -1;
    }
    leave();
    const leaving: (() => void)[] = [];
    leave = () => {
      for (const call of leaving.splice(0)) call();
    };
    place.setAttribute('aria-labelledby', `tab-${tab.name}`);
    place.replaceChildren(tab.panel({ ...stage, onLeave: (call) => leaving.push(call) }));
  }
}
