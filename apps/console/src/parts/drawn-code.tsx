import encodeQR from 'qr';
import { useMemo } from 'react';
import './drawn-code.css';

/** A text as a QR code, drawn here: no picture of it travels. */
export function DrawnCode({ text, label }: { text: string; label: string }) {
  const { path, side } = useMemo(() => {
    const rows = encodeQR(text, 'raw', { border: 1 });
    const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { path: dark.join(''), side: rows.length };
  }, [text]);
  return (
    <svg
      className="drawn-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
