import { Link } from '@tanstack/react-router';
import { usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { kinds, signOf } from './kinds.ts';
import { wizardWords } from './words.ts';

/** Four cards: what kind of thing it is. */
export function KindStep() {
  const words = useWords(wizardWords);
  const pool = usePool();
  const texts = { site: words.siteText, phone: words.phoneText, page: words.pageText, service: words.serviceText };
  return (
    <ul className="kinds">
      {kinds.map((kind) => (
        <li key={kind}>
          <Link
            {...(kind === 'service'
              ? { to: '/$pool/access-keys' as const, params: { pool } }
              : { to: '/$pool/applications/new' as const, params: { pool }, search: { kind, step: '2' } })}
            className="kind"
          >
            <span className="app-sign">
              <Icon name={signOf[kind]} size={20} />
            </span>
            <strong>{words[kind]}</strong>
            <span className="soft">{texts[kind]}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
