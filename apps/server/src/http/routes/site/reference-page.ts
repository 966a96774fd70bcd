import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { markPicture } from '@passbeam/widget/look/mark';
import { systemSheet } from '@passbeam/widget/look/sheet';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';

/**
 * The library's page in our colours and fonts. Hides the bar, loaded only for its dark theme, and an "Authorize" button that could
 * authorise nothing. Its own rules are long selectors, so ours must insist.
 */
const theme = `${systemSheet}
  html, html body, .swagger-ui { background: var(--ground) !important }
  .swagger-ui :not(code, pre, code *, pre *) { font-family: var(--sans) !important }
  .swagger-ui :is(code, pre, .opblock-summary-path, .opblock-summary-path__deprecated, .opblock-summary-path *, .opblock-summary-path__deprecated *) { font-family: var(--mono) !important }
  .swagger-ui .topbar, .swagger-ui .scheme-container { display: none }
  .swagger-ui .wrapper { max-width: 1100px }
  .swagger-ui .info { margin: 40px 0 20px }
  .swagger-ui :is(.info .title, .opblock-tag, .opblock-summary-path, .opblock-summary-path a, h4, h5, .parameter__name, .response-col_status) { color: var(--text) !important }
  .swagger-ui :is(.info p, .info li, .opblock-summary-description, .opblock-tag small, .opblock-description-wrapper p, td p) { color: var(--soft) !important }
  .swagger-ui :is(.info a, a.link) { color: var(--accent) !important }
  .swagger-ui .info .title { font-size: 28px; letter-spacing: -0.014em }
  .swagger-ui .info .title small { background: var(--chosen) !important; border-radius: var(--radius-round) }
  .swagger-ui .info .title small pre { color: var(--text) !important; padding: 2px 4px }
  .swagger-ui .opblock-tag { border-color: var(--line) !important; font-size: 18px }
  .swagger-ui .opblock { overflow: hidden; border: 1px solid var(--line) !important; border-radius: var(--radius); background: var(--surface) !important; box-shadow: none !important }
  .swagger-ui .opblock .opblock-summary { border-color: var(--line) !important }
  .swagger-ui .opblock .opblock-section-header { background: var(--raised) !important; box-shadow: none }
  .swagger-ui .opblock .opblock-summary-method { min-width: 68px; padding: 5px 0; border-radius: var(--radius-small); background: var(--chosen) !important; color: var(--text) !important; font-size: 12px; text-shadow: none }
  .swagger-ui .opblock.opblock-get .opblock-summary-method { background: var(--accent-ground) !important; color: var(--accent) !important }
  .swagger-ui .opblock.opblock-post .opblock-summary-method { background: var(--good-ground) !important; color: var(--good) !important }
  .swagger-ui .opblock:is(.opblock-put, .opblock-patch) .opblock-summary-method { background: var(--warn-ground) !important; color: var(--warn) !important }
  .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: var(--bad-ground) !important; color: var(--bad) !important }
`;

const starter = `SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: new URL('../../openapi.json', document.currentScript.src).href,
  layout: 'StandaloneLayout',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  docExpansion: 'list',
  deepLinking: true,
  tryItOutEnabled: false,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
`;

const styles = ['swagger-ui.css', 'index.css', 'theme.css'];
const scripts = ['swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'start.js'];

/** The page. `folder` leads from its address to its files, whatever a proxy puts before the path. */
const page = (folder: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>passbeam API reference</title><link rel="icon" type="image/svg+xml" href="${folder}icon.svg">
${styles.map((name) => `<link rel="stylesheet" href="${folder}${name}">`).join('\n')}</head>
<body><div id="swagger-ui"></div>
${scripts.map((name) => `<script src="${folder}${name}"></script>`).join('\n')}</body></html>`;

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const hidden = { schema: { hide: true } };

/** The library's program; its other files lie beside it. */
const library = import.meta.resolve('@fastify/swagger-ui');

/** A page that shows `/openapi.json`, at `/docs`. */
export function referencePageRoutes(app: App): void {
  const own: Record<string, string> = { 'theme.css': theme, 'start.js': starter, 'icon.svg': markPicture };
  for (const name of [...styles, ...scripts, 'icon.svg']) {
    const headers = { 'content-type': types[extname(name)] ?? '', 'cache-control': 'public, max-age=3600' };
    const file = new FixedReply(headers, () => own[name] ?? readFileSync(new URL(`static/${name}`, library)));
    app.get(`/docs/static/${name}`, hidden, (request, reply) => file.send(request, reply));
  }
  const [below, beside] = [
    new FixedReply(pageHeaders, () => page('docs/static/')),
    new FixedReply(pageHeaders, () => page('static/')),
  ];
  app.register(
    async (scope) => {
      scope.get('/', hidden, (request, reply) => {
        const endsInSlash = request.originalUrl.split('?', 1)[0]?.endsWith('/');
        return (endsInSlash ? beside : below).send(request, reply);
      });
    },
    { prefix: '/docs' },
  );
}
