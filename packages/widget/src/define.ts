import { PassbeamQrElement } from './element.ts';

/** Importing this file registers `<passbeam-qr>`; doing so twice is harmless. */
if (globalThis.customElements && !customElements.get('passbeam-qr')) {
  customElements.define('passbeam-qr', PassbeamQrElement);
}

export * from './element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'passbeam-qr': PassbeamQrElement;
  }
}
