import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { parseContact } from '../../../core/users/contact.ts';
import type { User } from '../../../core/users/user.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import type { OperationContext, Said } from './context.ts';
import { withoutNulls } from './fields.ts';
import type { graphqlUser } from './user.ts';

type OwnLogin = SignedIn<'changeContacts'>;

/** The operations by which people bind, replace and remove their own addresses; the rules are those of v3. */
export function ownContactOperations(
  parts: Parts & {
    self(context: OperationContext, action: 'changeContacts'): Promise<OwnLogin>;
    own(signedIn: SignedIn, context: OperationContext): ReturnType<typeof graphqlUser>;
  },
) {
  const { limits, ownContacts } = parts;

  async function changing(
    context: OperationContext,
    work: (signedIn: OwnLogin) => Promise<User>,
    names: Record<string, string> = {},
  ) {
    const signedIn = await parts.self(context, 'changeContacts');
    const user = await withFieldNames(names, () => limitingGuesses(limits, context.caller, () => work(signedIn)));
    return parts.own({ ...signedIn, user }, context);
  }
  const phoneOf = (phone: string, phoneCountryCode: string | null | undefined) =>
    parseContact({ phone, ...withoutNulls({ phoneCountryCode }) });

  return {
    bindEmail: ({ email, emailCode: passcode }: { email: string; emailCode: string }, context: OperationContext) =>
      changing(context, async (signedIn) =>
        ownContacts.bind(signedIn, { contact: parseContact({ email }), passcode }, context.caller),
      ),

    bindPhone: (
      {
        phone,
        phoneCode: passcode,
        phoneCountryCode,
      }: { phone: string; phoneCode: string } & Said<{ phoneCountryCode: string }>,
      context: OperationContext,
    ) =>
      changing(context, async (signedIn) =>
        ownContacts.bind(signedIn, { contact: phoneOf(phone, phoneCountryCode), passcode }, context.caller),
      ),

    unbindEmail: (_: unknown, context: OperationContext) =>
      changing(context, (signedIn) => ownContacts.unbind(signedIn, 'email', null, context.caller)),

    unbindPhone: (_: unknown, context: OperationContext) =>
      changing(context, (signedIn) => ownContacts.unbind(signedIn, 'phone', null, context.caller)),

    updateEmail: (
      {
        email,
        emailCode: passcode,
        oldEmailCode,
      }: { email: string; emailCode: string } & Said<{ oldEmail: string; oldEmailCode: string }>,
      context: OperationContext,
    ) =>
      changing(
        context,
        async (signedIn) => {
          const replacement = {
            next: { contact: parseContact({ email }), passcode },
            oldPasscode: oldEmailCode ?? undefined,
          };
          return ownContacts.replace(signedIn, replacement, context.caller);
        },
        { oldPasscode: 'oldEmailCode' },
      ),

    updatePhone: (
      given: { phone: string; phoneCode: string } & Said<
        Record<'oldPhone' | 'oldPhoneCode' | 'phoneCountryCode' | 'oldPhoneCountryCode', string>
      >,
      context: OperationContext,
    ) =>
      changing(
        context,
        async (signedIn) => {
          const next = { contact: phoneOf(given.phone, given.phoneCountryCode), passcode: given.phoneCode };
          const replacement = { next, oldPasscode: given.oldPhoneCode ?? undefined };
          return ownContacts.replace(signedIn, replacement, context.caller);
        },
        { oldPasscode: 'oldPhoneCode' },
      ),
  };
}
