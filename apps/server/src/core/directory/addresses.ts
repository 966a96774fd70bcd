/** Which addresses an operator may register: one rule for the configuration file and the management API. */

/** Whether the text is an absolute URI without wildcard, fragment or credentials, that no browser would run. */
export function isRedirectUri(value: string): boolean {
  const url = URL.parse(value);
  if (!url || /[*#\s\\]/.test(value) || url.username || url.password) return false;
  return !['javascript:', 'data:', 'file:', 'vbscript:', 'blob:', 'about:'].includes(url.protocol);
}

export function isWebUrl(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value);
}

/** Whether the text is an address that this server may call: of the web, without wildcard, fragment or credentials. */
export function isCallableUrl(value: string): boolean {
  return isWebUrl(value) && isRedirectUri(value);
}

/** A colour of pages, as CSS writes it in full. */
export const colorPattern = '^#[0-9A-Fa-f]{6}$';

/** A host name with or without a port. */
export const domainPattern = '^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$';
