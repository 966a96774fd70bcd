/** The headers of every reply, beside the id of its request. Under https they tell browsers to come back by https alone for a year (RFC 6797). */
export function commonHeadersOf(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

/** The v3 envelope of a success (wire 2.0). */
export function ok<T>(request: { id: string }, data?: T) {
  return { statusCode: 200, message: 'ok', requestId: request.id, data };
}

/** The v2 envelope of a success. Never an `apiCode`: Android takes the last code present (wire 7.3). */
export function okV2<T>(data?: T) {
  return { code: 200, message: 'ok', data };
}
