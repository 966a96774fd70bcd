import { type ReactElement, useState } from 'react';

/** What the guide's screen uses of the camera: a field, whose text the camera sees again and again. */
export const CameraView = (props: {
  style?: object;
  barcodeScannerSettings?: { barcodeTypes: 'qr'[] };
  onBarcodeScanned(result: { data: string }): void;
}): ReactElement => (
  <input
    aria-label="camera"
    onChange={({ target }) => {
      for (let picture = 0; picture < 5; picture++) props.onBarcodeScanned({ data: target.value });
    }}
  />
);

/** Once granted it stays. */
let isGranted = false;

export function useCameraPermissions(): [{ granted: boolean } | null, () => Promise<{ granted: boolean }>] {
  const [permission, setPermission] = useState({ granted: isGranted });
  return [
    permission,
    async () => {
      isGranted = true;
      setPermission({ granted: true });
      return { granted: true };
    },
  ];
}
