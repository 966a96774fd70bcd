import { useWords } from '../../language/language.tsx';
import './changes.css';
import { changesOf, type Json } from './changed.ts';
import { auditWords } from './words.ts';

/** What a change made of what: only the fields that differ, before and after. */
export function Changes({ before, after }: { before: Json; after: Json }) {
  const words = useWords(auditWords);
  const changes = changesOf(before, after);
  if (changes.length === 0) return null;
  return (
    <dl className="changes">
      {changes.map(({ name, old, now }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {old !== undefined && (
              <del>
                <span className="unseen">{words.before}: </span>
                {old}
              </del>
            )}
            {now !== undefined && (
              <ins>
                <span className="unseen">{words.after}: </span>
                {now}
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
