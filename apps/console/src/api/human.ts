/** Whether a human did something since the last call: refreshes in the background keep no console login alive. */
let hasActed = true;

for (const kind of ['pointerdown', 'keydown'] as const) {
  addEventListener(kind, () => (hasActed = true), { capture: true, passive: true });
}

export function takeHumanAct(): boolean {
  const acted = hasActed;
  hasActed = false;
  return acted;
}
