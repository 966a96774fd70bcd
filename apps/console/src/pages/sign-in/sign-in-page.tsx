import type { ConsoleStepView } from '@passbeam/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useWords } from '../../language/language.tsx';
import { Frame } from './frame.tsx';
import { SignInFlow } from './sign-in-flow.tsx';
import { signInWords } from './words.ts';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const words = useWords(signInWords);
  const router = useRouter();
  const queries = useQueryClient();
  const { to } = route.useSearch();
  const [step, setStep] = useState<ConsoleStepView['step'] | null>(null);
  useEffect(() => {
    document.title = `${words.title} · passbeam`;
  }, [words]);
  async function enter() {
    queries.clear();
    // Only a path of the console: no link can lead elsewhere after a sign-in.
    router.history.push(
      to?.startsWith('/') && !to.startsWith('//') ? router.basepath.replace(/\/$/, '') + to : router.basepath,
    );
  }
  const title = step === 'secondFactor' ? words.secondFactor : step === 'enrol' ? words.enrol : words.title;
  return (
    <Frame title={title} lead={step === null ? words.lead : undefined}>
      <SignInFlow onStep={setStep} onDone={enter} />
    </Frame>
  );
}
