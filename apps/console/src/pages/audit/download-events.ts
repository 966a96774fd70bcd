import type { ListAuditEventsDto } from '@passbeam/protocol';
import { callForStream } from '../../api/call.ts';

/** Receives an export as it is written, and hands it to the browser as a file. @throws Failure */
export async function downloadEvents({
  pool,
  filter,
  format,
  signal,
  onProgress,
}: {
  pool: string;
  filter: ListAuditEventsDto;
  format: 'csv' | 'jsonl';
  signal: AbortSignal;
  onProgress: (bytes: number) => void;
}): Promise<void> {
  const reply = await callForStream('/api/v3/export-audit-events', { pool, body: { ...filter, format }, signal });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = reply.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    onProgress(bytes);
  }
  const address = URL.createObjectURL(
    new Blob(parts, { type: format === 'csv' ? 'text/csv' : 'application/x-ndjson' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = `audit-${new Date().toISOString().slice(0, 10)}.${format}`;
  link.click();
  URL.revokeObjectURL(address);
}
