import { describe, expect, it } from 'vitest';
import { announcement } from './announcement.ts';

const links = [{ title: 'API reference', url: 'http://localhost:3000/docs' }];
const shown = (host: string, publicUrl: string) => announcement({ host, port: 3000, publicUrl }, links);

describe('what the terminal shows once the server listens', () => {
  it('is one address where there is one', () => {
    expect(shown('127.0.0.1', 'http://localhost:3000')).toBe(
      'passbeam listening on http://localhost:3000\n  API reference  http://localhost:3000/docs\n',
    );
  });

  it('tells apart where the server listens and what it calls itself', () => {
    const text = shown('127.0.0.1', 'https://login.example.com');
    expect(text).toContain('passbeam listening on http://127.0.0.1:3000\n');
    expect(text).toContain('It calls itself https://login.example.com (PUBLIC_URL)');
    expect(text).toContain('Without one, set HOST=0.0.0.0.');
  });

  it('names every interface, and brackets IPv6', () => {
    expect(shown('0.0.0.0', 'https://login.example.com')).toContain('on http://0.0.0.0:3000 (every interface)\n');
    expect(shown('0.0.0.0', 'https://login.example.com')).not.toContain('HOST=');
    expect(shown('fd00::7', 'http://[fd00::7]:3000')).toBe(
      'passbeam listening on http://[fd00::7]:3000\n  API reference  http://localhost:3000/docs\n',
    );
  });
});
