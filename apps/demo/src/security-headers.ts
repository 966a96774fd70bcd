/** Limits what the pages may load: scripts and styles from the demo, the rest from passbeam too, and avatars from any https address. */
export function securityHeaders(page: 'site' | 'phone', passbeamOrigin: string): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    // The phone decodes pictures with WebAssembly.
    'script-src': page === 'phone' ? "'self' 'wasm-unsafe-eval'" : "'self'",
    'style-src': "'self'",
    'img-src': `'self' https: ${passbeamOrigin}`,
    'connect-src': `'self' ${passbeamOrigin}`,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'permissions-policy':
      page === 'phone' ? 'camera=(self), microphone=(), geolocation=()' : 'camera=(), microphone=(), geolocation=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}
