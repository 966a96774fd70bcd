import { useWords } from '../language/language.tsx';
import { LinkButton } from '../parts/link-button.tsx';
import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';
import { shellWords } from './words.ts';

/** Stands alone: no shell is around an address that is none. */
export function NotFound() {
  const words = useWords(shellWords);
  return (
    <main>
      <Page title={words.notFound} width="narrow">
        <Empty icon="search" title={words.notFoundText} action={<LinkButton to="/">{words.goHome}</LinkButton>} />
      </Page>
    </main>
  );
}

/** Signed in, and nothing to see. */
export function NoPool() {
  const words = useWords(shellWords);
  return (
    <Page title={words.noPool} width="narrow">
      <Empty icon="users" title={words.noPoolText} />
    </Page>
  );
}
