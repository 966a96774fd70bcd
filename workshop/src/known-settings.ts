import { readFileSync } from 'node:fs';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

/** The variables that the server reads, by .env.example; a test of the server sees to it that all are there. */
export const knownSettings = [...example.matchAll(/^#?(?!OTEL_)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
