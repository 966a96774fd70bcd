import type { ReactNode } from 'react';
import './tag.css';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';

/** A word about a state. Its colour repeats what the word says. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag ${tone}`}>{children}</span>;
}

/** Two letters in a circle: pictures of strangers are never loaded here. */
export function Initials({ name, size = 28 }: { name: string; size?: number }) {
  const words = name.trim().split(/[\s._-]+/);
  const letters = /\p{Script=Han}/u.test(name)
    ? [...name.trim()].slice(-1).join('')
    : words
        .map((word) => [...word][0] ?? '')
        .slice(0, 2)
        .join('')
        .toUpperCase();
  return (
    <span className="initials" style={{ width: size, height: size, fontSize: size * 0.4 }} aria-hidden="true">
      {letters || '?'}
    </span>
  );
}
