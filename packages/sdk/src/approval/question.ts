import type { ChangeQrCodeStatusDataDto } from '@passbeam/protocol';
import type { ApprovalQuestion } from './state.ts';
import { type ApprovalWords, cautionsOf } from './words.ts';

/** A reply to SCAN that says who asks. */
export type Asked = ChangeQrCodeStatusDataDto & Required<Pick<ChangeQrCodeStatusDataDto, 'consent'>>;

export function questionOf(qrcodeId: string, asked: Asked, words: ApprovalWords): ApprovalQuestion {
  const { consent, customData = {} } = asked;
  return {
    qrcodeId,
    consent: Object.freeze(consent),
    customData: Object.freeze(customData),
    heading: words.heading(consent.applicationName),
    cautions: Object.freeze(cautionsOf(consent, words)),
    advice: words.advice,
    ...secondsOf(asked, 0),
    trouble: null,
  };
}

/** What the seconds since the reply make of its age and of its life. */
export function secondsOf(
  { consent, expiresIn }: Asked,
  passed: number,
): Pick<ApprovalQuestion, 'ageSeconds' | 'secondsLeft'> {
  return {
    ageSeconds: consent.ageSeconds + passed,
    secondsLeft: expiresIn === undefined ? null : Math.max(0, expiresIn - passed),
  };
}
