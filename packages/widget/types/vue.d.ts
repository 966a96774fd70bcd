import type { HTMLAttributes, PublicProps } from 'vue';
import type { PassbeamQrElement, PassbeamQrEventMap, PassbeamQrSettings } from './element.js';

/** Vue listens to `created` by `@created`. */
type Listeners = {
  [Name in keyof PassbeamQrEventMap as `on${Capitalize<Name>}`]?: (event: PassbeamQrEventMap[Name]) => void;
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
