import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);
const built = (workspace: string) => fileURLToPath(new URL(`${workspace}/dist/`, root));

/** The bundles that `npm start` builds and the server hands to browsers and backends; most tests of the server do without them. */
export const builtFolders = {
  widgetFolder: built('packages/widget'),
  sdkFolder: built('packages/sdk'),
  hostedPageFolder: built('apps/hosted-page'),
  consoleFolder: built('apps/console'),
};
