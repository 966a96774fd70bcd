import { fileURLToPath } from 'node:url';

/** Built by `npm start` and served to pages and backends; tests of the server do without. */
export const widgetFolder = fileURLToPath(new URL('../../../../packages/widget/dist/', import.meta.url));
export const sdkFolder = fileURLToPath(new URL('../../../../packages/sdk/dist/', import.meta.url));
