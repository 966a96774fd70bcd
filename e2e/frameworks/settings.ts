/** Settings from the page's address. What the widget tells is written on the page's body, where the test reads it. */
const query = typeof location === 'undefined' ? new URLSearchParams() : new URLSearchParams(location.search);

export const settings = { host: query.get('host') ?? '', appId: query.get('app') ?? '' };

export function noted(event: string, value: string): void {
  const { dataset } = document.body;
  dataset[event] = `${dataset[event] ? `${dataset[event]} ` : ''}${value}`;
}
