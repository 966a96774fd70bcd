import type { HTMLAttributes, PublicProps } from 'vue';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** An event whose `currentTarget` is the widget, because the listener is on the element itself. */
type Told<Name extends keyof PassbeamQrEventMap> = PassbeamQrEventMap[Name] & {
  readonly currentTarget: PassbeamQrElement;
};

/** In Vue, the attribute `@created` listens to the event `created`. */
type Listeners = {
  [Name in keyof PassbeamQrEventMap as `on${Capitalize<Name>}`]?: (event: Told<Name>) => void;
};

interface PassbeamQrInTemplates {
  new (): PassbeamQrElement & { $props: HTMLAttributes & PublicProps & PassbeamQrSettings & Listeners };
}

declare module 'vue' {
  interface GlobalComponents {
    'passbeam-qr': PassbeamQrInTemplates;
    PassbeamQr: PassbeamQrInTemplates;
  }
}
