import { useWords } from '../../language/language.tsx';
import './changes.css';
import { auditWords } from './words.ts';

type Value = string | number | boolean | null | undefined;

/** What a change made of what: only the fields that differ, before and after. */
export function Changes({ before, after }: { before: Value; after: Value }) {
  const words = useWords(auditWords);
  const [old, now] = [flat(before), flat(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]);
  if (names.length === 0) return null;
  return (
    <dl className="changes">
      {names.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {old[name] !== undefined && (
              <del>
                <span className="unseen">{words.before}: </span>
                {old[name]}
              </del>
            )}
            {now[name] !== undefined && (
              <ins>
                <span className="unseen">{words.after}: </span>
                {now[name]}
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The JSON of an event as names with dots and short texts. */
function flat(json: Value): Record<string, string> {
  if (typeof json !== 'string') return {};
  const found: Record<string, string> = {};
  const walk = (path: string, value: unknown) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, inner);
    } else {
      found[path || '·'] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  };
  try {
    walk('', JSON.parse(json));
  } catch {
    return { '·': json };
  }
  return found;
}
