const placeholder =
  /change.?me|replace.?(me|this)|your.{0,12}(secret|key)|placeholder|example|sample|insert.{0,6}here/i;

/** Whether a secret was copied from a page instead of made at random (threats T38): the server does not start with one. */
export function isSampleSecret(secret: string): boolean {
  return placeholder.test(secret) || new Set(secret).size < 8;
}
