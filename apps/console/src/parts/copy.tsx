import { useClipboard } from '@mantine/hooks';
import { useWords } from '../language/language.tsx';
import { Icon } from './icons.tsx';
import { partWords } from './words.ts';
import './copy.css';

/** A button that puts a text into the clipboard and says so. */
export function CopyButton({ text, name, isLabelled = false }: { text: string; name?: string; isLabelled?: boolean }) {
  const words = useWords(partWords);
  const clipboard = useClipboard({ timeout: 1600 });
  const label = clipboard.copied ? words.copied : name === undefined ? words.copy : words.copyOf(name);
  return (
    <button
      type="button"
      className={isLabelled ? 'copy labelled' : 'copy'}
      aria-label={label}
      title={isLabelled ? undefined : label}
      onClick={() => clipboard.copy(text)}
    >
      <Icon name={clipboard.copied ? 'check' : 'copy'} size={15} />
      {isLabelled && <span>{clipboard.copied ? words.copied : words.copy}</span>}
      <span className="unseen" role="status">
        {clipboard.copied ? words.copied : ''}
      </span>
    </button>
  );
}

/** An id or another text that people carry elsewhere. */
export function CopyText({ text, name, short }: { text: string; name?: string; short?: number }) {
  return (
    <span className="copy-text">
      <code title={text}>{short !== undefined && text.length > short + 1 ? `${text.slice(0, short)}…` : text}</code>
      <CopyButton text={text} name={name} />
    </span>
  );
}

/** Lines of code to copy. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section tabIndex={0} aria-label={label}>
        <pre>
          <code>{code}</code>
        </pre>
      </section>
      <CopyButton text={code} name={label} isLabelled />
    </div>
  );
}
