import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { LinkedPerson } from './linked-person.tsx';
import { OwnLogins } from './own-logins.tsx';
import { OwnName } from './own-name.tsx';
import { OwnPassword } from './own-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { accountWords } from './words.ts';

export function AccountPage() {
  const words = useWords(accountWords);
  return (
    <Page title={words.title} width="narrow">
      <OwnName />
      <OwnPassword />
      <SecondFactor />
      <LinkedPerson />
      <OwnLogins />
    </Page>
  );
}
