const placeholder =
  /change.?me|replace.?(me|this)|your.{0,12}(secret|key)|placeholder|example|sample|insert.{0,6}here/i;

/** A secret somebody copied from a page instead of drawing it (threats T38): such a start is refused. */
export function isSampleSecret(secret: string): boolean {
  return placeholder.test(secret) || new Set(secret).size < 8;
}
