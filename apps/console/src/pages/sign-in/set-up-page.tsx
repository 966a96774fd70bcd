import type { ConsoleLinkView, ConsoleStepView } from '@passbeam/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Waiting } from '../../parts/states.tsx';
import { EnrolStep } from './enrol-step.tsx';
import { Frame } from './frame.tsx';
import { SetUpForm } from './set-up-form.tsx';
import { signInWords } from './words.ts';

/** The token behind the #: it never reaches a server as part of an address, and leaves the address bar at once. */
const token = /\/(set-up|accept)$/.test(location.pathname) ? decodeURIComponent(location.hash.slice(1)) : '';
if (token !== '') history.replaceState(history.state, '', location.pathname);

/** The first administrator, an invited one, or one who forgot the password: by a link that works once. */
export function SetUpPage() {
  const words = useWords(signInWords);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [step, setStep] = useState<ConsoleStepView['step'] | null>(null);
  const link = useQuery({
    queryKey: ['read-link'],
    queryFn: () => own<ConsoleLinkView>('read-link', { token }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const enter = async () => {
    queries.clear();
    await navigate({ to: '/' });
  };
  if (step === 'enrol') {
    return (
      <Frame title={words.enrol}>
        <EnrolStep onDone={enter} />
      </Frame>
    );
  }
  if (token === '' || link.error !== null) {
    return (
      <Frame title={words.linkOver} lead={token === '' ? words.noLink : undefined}>
        {token !== '' && (
          <p className="soft">
            {words.linkOverText} <code>passbeam administrator link</code>
          </p>
        )}
        <p style={{ marginTop: 16 }}>
          <Link to="/sign-in">{words.toSignIn}</Link>
        </p>
      </Frame>
    );
  }
  if (link.data === undefined) {
    return (
      <Frame title={words.setUp}>
        <Waiting rows={5} />
      </Frame>
    );
  }
  const { purpose, name } = link.data;
  const title =
    purpose === 'setUp' ? words.setUp : purpose === 'recovery' ? words.recoveryLink : words.welcome(name ?? '');
  return (
    <Frame title={title} lead={purpose === 'setUp' ? words.setUpText : words.invitationText}>
      <SetUpForm
        link={link.data}
        token={token}
        onStep={(next) => (next === 'done' ? enter() : next === 'enrol' ? setStep(next) : navigate({ to: '/sign-in' }))}
      />
    </Frame>
  );
}
