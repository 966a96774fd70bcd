import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  responses?: Record<string, { content?: Record<string, { schema?: object }> }>;
}

describe('the API reference', () => {
  let passbeam: TestPassbeam;
  beforeAll(async () => {
    passbeam = await openTestPassbeam();
  });
  afterAll(() => passbeam.close());

  it('is OpenAPI 3.1, and says of every v3 operation what it is for and what it gives', async () => {
    const document = (await passbeam.app.inject('/openapi.json')).json() as {
      openapi: string;
      tags: { name: string }[];
      paths: Record<string, Record<string, Operation>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const known = document.tags.map(({ name }) => name);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    expect(operations.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/api/v3/gene-qrcode', '/api/v3/get-qrcode-status', '/oidc/token']),
    );
    for (const { path, summary, tags, responses } of operations) {
      expect(summary, path).toBeTruthy();
      expect(known, path).toEqual(expect.arrayContaining(tags ?? ['a tag is missing']));
      if (path.startsWith('/api/v3/')) {
        expect(responses?.['200']?.content?.['application/json']?.schema, path).toBeTypeOf('object');
      }
    }
  });

  it('is a page that loads nothing from elsewhere', async () => {
    const page = await passbeam.app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  });

  it.each(['/docs', '/docs/'])('is a page whose files lie beside it, whatever a proxy puts before %s', async (path) => {
    const page = await passbeam.app.inject(path);
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      const { pathname } = new URL(link, `https://login.example.com/auth${path}`);
      expect(pathname).toMatch(/^\/auth\/docs\/static\//);
      const file = await passbeam.app.inject(pathname.slice('/auth'.length));
      expect(file.statusCode, link).toBe(200);
      expect(file.headers['content-type'], link).toMatch(/^(text\/(css|javascript)|image\/svg)/);
    }
    const { body: start } = await passbeam.app.inject('/docs/static/start.js');
    expect(start).toContain("new URL('../../openapi.json', document.currentScript.src)");
  });

  it('is made once: every form of it is the same bytes with a tag, which are not sent twice', async () => {
    const forms = [
      '/openapi.json',
      '/openapi.json?x=1',
      '/docs/json',
      '/docs/yaml',
      '/docs',
      '/docs/static/swagger-ui.css',
    ];
    for (const url of forms) {
      const first = await passbeam.app.inject(url);
      expect(first.headers['cache-control'], url).toMatch(/^(no-cache|public, max-age=\d+)$/);
      const stringify = vi.spyOn(JSON, 'stringify');
      const again = await passbeam.app.inject(url);
      expect(stringify, url).not.toHaveBeenCalled();
      stringify.mockRestore();
      expect(again.body, url).toBe(first.body);
      const known = await passbeam.app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } });
      expect([known.statusCode, known.body], url).toEqual([304, '']);
    }
  });

  it('is the same document as YAML', async () => {
    const reply = await passbeam.app.inject('/docs/yaml');
    expect(reply.headers['content-type']).toContain('yaml');
    expect(parse(reply.body)).toEqual((await passbeam.app.inject('/openapi.json')).json());
  });

  it('is not there with DOCS=off', async () => {
    const without = await openTestPassbeam({ DOCS: 'off' });
    try {
      for (const url of ['/openapi.json', '/docs', '/docs/json', '/docs/yaml', '/docs/static/swagger-ui.css']) {
        expect((await without.app.inject(url)).statusCode, url).toBe(404);
      }
      expect((await without.app.inject('/healthz')).statusCode).toBe(200);
    } finally {
      await without.close();
    }
  });
});
