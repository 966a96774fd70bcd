import { paper } from '@passbeam/widget/look/tokens';
import { type Decoder, loadDecoder } from './decoder.ts';

export type CameraTrouble = 'noCamera' | 'cameraDenied' | 'cameraNeedsHttps' | 'cameraBusy' | 'decoderFailed';

export class CameraFailure extends Error {
  readonly trouble: CameraTrouble;

  constructor(trouble: CameraTrouble, options?: ErrorOptions) {
    super(trouble, options);
    this.trouble = trouble;
  }
}

/** Often enough that a code is read before the person's arm gets tired, and seldom enough that the phone stays cool. */
const framesPerSecond = 12;
/** Enough for a code that fills a third of the picture; larger frames only cost time. */
const longestSidePixels = 1280;

/**
 * Shows the camera in `video` and gives each text it reads to `onText`, until the signal ends it.
 * Rejects with a CameraFailure when it cannot start.
 */
export async function watchCamera(
  video: HTMLVideoElement,
  { signal, onText, onStart }: { signal: AbortSignal; onText(text: string): void; onStart(): void },
): Promise<void> {
  // Browsers have no `mediaDevices` outside secure contexts, such as a page served by plain http to another device.
  if (!navigator.mediaDevices) throw new CameraFailure(window.isSecureContext ? 'noCamera' : 'cameraNeedsHttps');
  const [stream, decoder] = await Promise.all([openCamera(signal), openDecoder()]);
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (signal.aborted) return stop();
  signal.addEventListener('abort', stop, { once: true });
  video.srcObject = stream;
  await video.play().catch(() => {});
  onStart();
  void readFrames(video, decoder, signal, onText);
}

async function openCamera(signal: AbortSignal): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
      audio: false,
    });
  } catch (error) {
    signal.throwIfAborted();
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') throw new CameraFailure('cameraDenied');
    throw new CameraFailure(name === 'NotFoundError' || name === 'OverconstrainedError' ? 'noCamera' : 'cameraBusy');
  }
}

async function openDecoder(): Promise<Decoder> {
  try {
    return await loadDecoder();
  } catch (error) {
    throw new CameraFailure('decoderFailed', { cause: error });
  }
}

async function readFrames(
  video: HTMLVideoElement,
  decoder: Decoder,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<void> {
  const canvas = document.createElement('canvas');
  while (!signal.aborted) {
    const frame = pixelsOf(video, video.videoWidth, video.videoHeight, canvas);
    const text = frame ? await decoder.decode(frame).catch(() => null) : null;
    if (signal.aborted) return;
    if (text) onText(text);
    await new Promise((resolve) => setTimeout(resolve, 1000 / framesPerSecond));
  }
}

/** Reads the QR code in a picture that the person chose. Null when it shows none. Rejects when the file is not a picture. */
export async function readPicture(file: Blob): Promise<string | null> {
  const [decoder, picture] = await Promise.all([openDecoder(), createImageBitmap(file)]);
  const canvas = document.createElement('canvas');
  try {
    const pixels = pixelsOf(picture, picture.width, picture.height, canvas);
    return pixels ? await decoder.decode(pixels) : null;
  } finally {
    picture.close();
  }
}

function pixelsOf(
  source: CanvasImageSource,
  width: number,
  height: number,
  canvas: HTMLCanvasElement,
): ImageData | null {
  if (width === 0 || height === 0) return null;
  const scale = Math.min(1, longestSidePixels / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  // A transparent picture of a code is drawn for a white background.
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
