import { useFormats } from '../language/format.ts';

/** A moment: exact first, how long ago beside it, UTC when pointed at. */
export function When({ at, isShort = false }: { at: string | number | null | undefined; isShort?: boolean }) {
  const formats = useFormats();
  if (at === null || at === undefined || at === '') return <span className="soft">–</span>;
  return (
    <time className="when figure" dateTime={new Date(at).toISOString()} title={formats.utc(at)}>
      {isShort ? formats.short(at) : formats.exact(at)} <span className="soft">{formats.ago(at)}</span>
    </time>
  );
}
