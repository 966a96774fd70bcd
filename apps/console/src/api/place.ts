/** What the server filled in. */
const filled = (name: string) => document.querySelector(`meta[name="passbeam-${name}"]`)?.getAttribute('content') ?? '';

/** What stands before every path of this page: '', or for example '/auth' where a proxy strips that. */
export const base = filled('base').startsWith('/') ? filled('base') : '';

/** Where this page reaches the server, without a slash at the end. */
export const hereUrl = `${location.origin}${base}`;

/** PUBLIC_URL, where everybody else reaches the server: what snippets name. */
export const serverUrl = filled('public-url').startsWith('http') ? filled('public-url') : hereUrl;
