import type { Language } from './errors.ts';
import { callerReasons } from './reasons/callers.ts';
import { managementReasons } from './reasons/management.ts';
import { peopleReasons } from './reasons/people.ts';
import { requestReasons } from './reasons/requests.ts';
import { schemaReasons } from './reasons/schema.ts';
import type { ReasonTable } from './reasons/table.ts';
import { valueReasons } from './reasons/values.ts';

/** What can be wrong with a request or one of its fields, in more detail than the error says: a closed list, like that of errors. */
export const reasons = {
  ...schemaReasons,
  ...valueReasons,
  ...peopleReasons,
  ...managementReasons,
  ...callerReasons,
  ...requestReasons,
};

type Reasons = typeof reasons;

/** A name such as `'required'`; or, where values are filled into the text, a name with its values: `['tooMany', 50]`. */
export type Reason = {
  [Name in keyof Reasons]: Reasons[Name] extends (...filled: infer Filled) => unknown ? [Name, ...Filled] : Name;
}[keyof Reasons];

export function reasonText(reason: Reason, language: Language): string {
  const [name, ...filled] = typeof reason === 'string' ? [reason] : reason;
  const texts: ReasonTable[string] = reasons[name];
  return (typeof texts === 'function' ? texts(...(filled as never[])) : texts)[language];
}
