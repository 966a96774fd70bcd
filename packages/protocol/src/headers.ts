/** The two header families official clients use; both are accepted everywhere (wire 2.0; wire 9, row 2). */
export const brands = ['authing', 'genauth'] as const;

/** Header names without their `x-<brand>-`: for the answer to CORS preflights, and for reading the headers of either brand. */
export const headerSuffixes = [
  'app-id',
  'userpool-id',
  'app-tenant-id',
  'request-from',
  'sdk-version',
  'lang',
  'device-id',
] as const;

export type HeaderSuffix = (typeof headerSuffixes)[number];

/** Carries the poll secret of a QR code created with a `pollChallenge`; the secret never stands in a URL. */
export const pollSecretHeader = 'x-qr-poll-secret';

/** The IP address of the person's browser, as a trusted backend reports it (wire 2.0). */
export const realAddressHeader = 'x-real-ip';

/** Stands on every reply: the id under which the server's log and audit know the request. */
export const requestIdHeader = 'x-request-id';

/** Every request header a browser client may send across origins. */
export const allowedRequestHeaders: readonly string[] = [
  ...brands.flatMap((brand) => headerSuffixes.map((suffix) => `x-${brand}-${suffix}`)),
  'authorization',
  'content-type',
  pollSecretHeader,
];

/** The hosted page's own: holds the `formToken` of the view that the person looked at. */
export const formHeader = 'x-passbeam-form';

/** What the console sends with every call, as `1`: no form and no link of another site can send it. */
export const consoleHeader = 'x-console';

/** Sent as `1` with the first call after a human act: only such calls keep a console login from being idle. */
export const consoleActHeader = 'x-console-act';
