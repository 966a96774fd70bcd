/** From the page's address; what the widget told stands on the page's body, for the test to read. */
const query = typeof location === 'undefined' ? new URLSearchParams() : new URLSearchParams(location.search);

export const settings = { host: query.get('host') ?? '', appId: query.get('app') ?? '' };

export function noted(event: string, value: string): void {
  const { dataset } = document.body;
  dataset[event] = `${dataset[event] ? `${dataset[event]} ` : ''}${value}`;
}
