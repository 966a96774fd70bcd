import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** The listener stands on the element itself. */
type Told<Name extends keyof PassbeamQrEventMap> = PassbeamQrEventMap[Name] & {
  readonly currentTarget: PassbeamQrElement;
};

/** React 19 listens to `created` by `oncreated`. */
type Listeners = { [Name in keyof PassbeamQrEventMap as `on${Name}`]?: (event: Told<Name>) => void };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'passbeam-qr': DetailedHTMLProps<HTMLAttributes<PassbeamQrElement>, PassbeamQrElement> &
        PassbeamQrSettings &
        Listeners & { 'app-id'?: string; 'custom-data'?: string };
    }
  }
}
