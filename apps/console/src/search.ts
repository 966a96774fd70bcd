/** Search parameters of pages. What is not known, or not of its kind, is left out. */

type Given = Record<string, unknown>;

/** Parameters that are texts. */
export const texts =
  <const Name extends string>(...names: Name[]) =>
  (given: Given): { [N in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = given[name];
        return (typeof value === 'string' || typeof value === 'number') && value !== '' ? [[name, String(value)]] : [];
      }),
    ) as { [N in Name]?: string };
