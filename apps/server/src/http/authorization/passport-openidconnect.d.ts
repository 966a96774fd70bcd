/** The package has no types; these are of the part that is tried. */
declare module 'passport-openidconnect' {
  export interface Profile {
    id: string;
    emails?: { value: string }[];
  }
  export type VerifyCallback = (error: unknown, user?: Profile) => void;
  class Strategy {
    constructor(
      options: Record<string, string>,
      verify: (issuer: string, profile: Profile, done: VerifyCallback) => void,
    );
    authenticate(request: unknown, options: object): void;
  }
  const passport: { Strategy: typeof Strategy };
  export default passport;
}
