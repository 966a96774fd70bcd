import type { ConsoleStepView } from '@passbeam/protocol';
import { useState } from 'react';
import { EnrolStep } from './enrol-step.tsx';
import { PasswordStep } from './password-step.tsx';
import { SecondStep } from './second-step.tsx';

/** The steps of a sign-in, one after the other as the server asks for them. */
export function SignInFlow({
  name,
  begin = null,
  onStep,
  onDone,
}: {
  name?: string;
  /** Where a sign-in that was left half done goes on. */
  begin?: ConsoleStepView | null;
  onStep?: (step: ConsoleStepView['step']) => void;
  onDone: () => void;
}) {
  const [view, setView] = useState<ConsoleStepView | null>(begin);
  const take = (next: ConsoleStepView) => {
    onStep?.(next.step);
    if (next.step === 'done') onDone();
    else setView(next);
  };
  if (view?.step === 'secondFactor') return <SecondStep ways={view.ways} onDone={onDone} />;
  if (view?.step === 'enrol') return <EnrolStep onDone={onDone} />;
  return <PasswordStep name={name} onStep={take} />;
}
