import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** An event whose `currentTarget` is the widget, because the listener is on the element itself. */
type Told<Name extends keyof PassbeamQrEventMap> = PassbeamQrEventMap[Name] & {
  readonly currentTarget: PassbeamQrElement;
};

/** In React 19, the property `oncreated` listens to the event `created`. */
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
