/** The names of all keys in Redis. Braces decide the slot and every function touches one, so any number of nodes may hold them. */
const prefix = 'passbeam:';

export const codeKey = (idHash: string) => `${prefix}{${idHash}}`;

export const deadlinesKey = `${prefix}deadlines`;

export type OutstandingBy = { applicationId: string } | { generatorNetwork: string } | { scannedBy: string };

/** Deadlines of the outstanding QR sessions of one application, network or scanner. */
export function outstandingKey(by: OutstandingBy): string {
  if ('applicationId' in by) return `${prefix}outstanding:application:${by.applicationId}`;
  if ('generatorNetwork' in by) return `${prefix}outstanding:network:${by.generatorNetwork}`;
  return `${prefix}outstanding:scanner:${by.scannedBy}`;
}

/** Written by readiness probes: a Redis that only reads is of no use. */
export const readyKey = `${prefix}ready`;

export const nonceKey = (nonce: string) => `${prefix}nonce:${nonce}`;

export const limitPrefix = `${prefix}limit`;

/** The one channel of notices. A message is the id hash of the QR session that changed, or `directoryChanged`. */
export const channel = `${prefix}notices`;
export const directoryChanged = 'directory';
