import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
