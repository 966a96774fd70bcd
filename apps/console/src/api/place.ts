/** The path of PUBLIC_URL, filled in by the server: '' or for example '/auth'. */
const filled = document.querySelector('meta[name="passbeam-base"]')?.getAttribute('content') ?? '';
export const base = filled.startsWith('/') ? filled : '';

/** Where the server is reached, without a slash at the end: what snippets and the live code name. */
export const serverUrl = `${location.origin}${base}`;
