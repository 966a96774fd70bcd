import { fileURLToPath } from 'node:url';

/** The bundles that `npm start` builds and the server hands to pages and backends; most tests of the server do without them. */
export const widgetFolder = fileURLToPath(new URL('../../../../packages/widget/dist/', import.meta.url));
export const sdkFolder = fileURLToPath(new URL('../../../../packages/sdk/dist/', import.meta.url));
