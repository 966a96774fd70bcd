import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useWords } from '../language/language.tsx';
import { Icon } from './icons.tsx';
import { partWords } from './words.ts';
import './toast.css';

interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
  /** Where the audit log tells of it. */
  audit?: { pool: string; types: string };
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function show(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => show(toasts.filter((toast) => toast.id !== id));

/** Says that something was done, for some seconds. */
export function say(text: string, audit?: Toast['audit']): void {
  add({ text, tone: 'good', audit });
}

/** Says that something was not done, and why. */
export function complain(error: unknown): void {
  add({ text: error instanceof Error ? error.message : String(error), tone: 'bad' });
}

function add(toast: Omit<Toast, 'id'>): void {
  const id = ++last;
  show([...toasts, { ...toast, id }].slice(-3));
  setTimeout(() => dismiss(id), toast.tone === 'bad' ? 12_000 : 6_000);
}

export function Toasts() {
  const words = useWords(partWords);
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, text, tone, audit }) => (
        <div key={id} className={`toast ${tone}`}>
          <Icon name={tone === 'good' ? 'check' : 'warning'} />
          <span className="grow">
            {text}{' '}
            {audit && (
              <Link to="/$pool/audit" params={{ pool: audit.pool }} search={{ type: audit.types }}>
                {words.eventLink}
              </Link>
            )}
          </span>
          <button type="button" aria-label={words.close} onClick={() => dismiss(id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
