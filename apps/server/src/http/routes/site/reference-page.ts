import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { markPicture } from '@passbeam/widget/look/mark';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';

/** Hides the bar, loaded only for its dark theme, and an "Authorize" button that could authorise nothing. */
const quietTheme = `
  .swagger-ui .topbar { display: none }
  .swagger-ui .scheme-container { display: none }
  .swagger-ui .info { margin: 32px 0 16px }
  .swagger-ui .wrapper { max-width: 1100px }
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
  const own: Record<string, string> = { 'theme.css': quietTheme, 'start.js': starter, 'icon.svg': markPicture };
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
