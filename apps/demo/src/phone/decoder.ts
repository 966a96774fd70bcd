import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

/**
 * Reads QR codes out of pictures: with the browser's own detector where there is one, else with ZXing as WebAssembly, served
 * from our own host. A measurement chose ZXing over a plain JavaScript decoder: of 240 synthetic camera frames of a login code
 * (tilted, blurred, noisy, small, dim) it read 225, the other 156 and more slowly.
 */
export interface Decoder {
  /** The text of the code in the picture; null when there is none. */
  decode(picture: ImageData): Promise<string | null>;
}

/** Declares the Barcode Detection API, which TypeScript's library does not have yet. */
interface NativeDetector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
interface NativeDetectorClass {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

export async function loadDecoder(): Promise<Decoder> {
  return (await nativeDecoder()) ?? (await wasmDecoder());
}

async function nativeDecoder(): Promise<Decoder | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: NativeDetectorClass };
  if (!BarcodeDetector) return null;
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    // Some systems have the class but not the service behind it, which only a real call shows.
    await detector.detect(new ImageData(8, 8));
    return { decode: async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null };
  } catch {
    return null;
  }
}

async function wasmDecoder(): Promise<Decoder> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return {
    async decode(picture) {
      const [found] = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 1 });
      return found?.isValid ? found.text : null;
    },
  };
}
