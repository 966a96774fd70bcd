import { toASCII } from 'tr46';
import { IsEmail } from 'typebox/format';
import { DomainError } from '../ground/errors.ts';
import { withoutStrayJoiners } from './joiners.ts';
import { plainTyped } from './typed-text.ts';

/**
 * E-mail addresses. The domain is kept as the name system has it (`xn--mnchen-3ya.de`), by UTS #46. The part before it is ASCII, kept as
 * given and compared without case; only its mail server knows what dots and a plus mean.
 */

const maxUnits = 254;
const maxLocalUnits = 64;

/** @throws DomainError invalid_argument */
export function parseEmail(given: string): string {
  const email = readEmail(given);
  if (email !== null) return email;
  throw new DomainError('invalid_argument', { field: 'email', reason: 'notEmail' });
}

export function readEmail(given: string): string | null {
  const [, local, domain] = /^([^@]+)@([^@]+)$/.exec(plainTyped(given)) ?? [];
  if (local === undefined || domain === undefined || local.length > maxLocalUnits) return null;
  // Its ASCII form is no shorter, and takes the square of the length to make.
  if (domain.length > maxUnits) return null;
  const ascii = asciiDomain(domain);
  if (ascii === null) return null;
  const email = `${local}@${ascii}`;
  return email.length <= maxUnits && !local.includes('"') && IsEmail(email) ? email : null;
}

function asciiDomain(given: string): string | null {
  const domain = withoutStrayJoiners(given);
  const ascii = toASCII(domain, {
    checkBidi: true,
    checkHyphens: true,
    checkJoiners: true,
    useSTD3ASCIIRules: true,
    verifyDNSLength: true,
    transitionalProcessing: false,
  });
  // A domain that ends in a number is a network address: mail to it would reach a machine, whoever owns that.
  if (ascii === null || /(?:^|\.)[0-9]+$/.test(ascii)) return null;
  // The case in which people write their domain is kept.
  return domain.toLowerCase() === ascii ? domain : ascii;
}
