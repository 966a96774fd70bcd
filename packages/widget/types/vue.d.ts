import type { HTMLAttributes, PublicProps } from 'vue';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** The listener stands on the element itself. */
type Told<Name extends keyof PassbeamQrEventMap> = PassbeamQrEventMap[Name] & {
  readonly currentTarget: PassbeamQrElement;
};

/** Vue listens to `created` by `@created`. */
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
