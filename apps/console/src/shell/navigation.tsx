import { Link } from '@tanstack/react-router';
import { useGeneralRole } from '../api/me.ts';
import { useWords } from '../language/language.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { type PoolPage, poolPages } from './pages.ts';
import { shellWords } from './words.ts';

/** The pages of a pool, and below them those of the whole installation. */
export function Navigation({ pool, onGo }: { pool: string; onGo?: () => void }) {
  const words = useWords(shellWords);
  const isGeneral = useGeneralRole() !== null;
  return (
    <nav className="navigation" aria-label={words.navigation}>
      {pool !== '' && (
        <ul>
          {poolPages.map((page) => (
            <PoolLink key={page.name} page={page} pool={pool} onGo={onGo} />
          ))}
        </ul>
      )}
      {isGeneral && (
        <>
          <p className="navigation-title">{words.everywhere}</p>
          <ul>
            <Item to="/administrators" icon="administrators" text={words.administrators} onGo={onGo} />
            <Item to="/installation" icon="installation" text={words.installation} onGo={onGo} />
          </ul>
        </>
      )}
    </nav>
  );
}

function PoolLink({ page: { name, to }, pool, onGo }: { page: PoolPage; pool: string; onGo?: () => void }) {
  const words = useWords(shellWords);
  return (
    <li>
      <Link
        to={to}
        params={{ pool }}
        className="navigation-link"
        activeOptions={{ includeSearch: false }}
        onClick={onGo}
      >
        <Icon name={name} />
        {words[name]}
      </Link>
    </li>
  );
}

interface GeneralPage {
  to: '/administrators' | '/installation';
  icon: IconName;
  text: string;
  onGo?: () => void;
}

function Item({ to, icon, text, onGo }: GeneralPage) {
  return (
    <li>
      <Link to={to} className="navigation-link" onClick={onGo}>
        <Icon name={icon} />
        {text}
      </Link>
    </li>
  );
}
