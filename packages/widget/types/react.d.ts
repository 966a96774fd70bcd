import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** React 19 listens to `created` by `oncreated`. */
type Listeners = { [Name in keyof PassbeamQrEventMap as `on${Name}`]?: (event: PassbeamQrEventMap[Name]) => void };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'passbeam-qr': DetailedHTMLProps<HTMLAttributes<PassbeamQrElement>, PassbeamQrElement> &
        PassbeamQrSettings &
        Listeners & { 'app-id'?: string; 'custom-data'?: string };
    }
  }
}
