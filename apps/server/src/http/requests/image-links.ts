/** The addresses of QR images. They hold the qrcodeId sealed, so that whoever reads one in a log cannot follow the QR session. */
export interface ImageLinks {
  imageUrl(qrcodeId: string): string;
  /** The qrcodeId, or null for a text that this server did not seal. */
  openImageToken(token: string): string | null;
}

export function createImageLinks(
  sealer: { seal(text: string): string; unseal(sealed: string): string },
  publicUrl: string,
): ImageLinks {
  return {
    imageUrl: (qrcodeId) => `${publicUrl}/qr/${sealer.seal(qrcodeId)}.png`,
    openImageToken(token) {
      try {
        return sealer.unseal(token);
      } catch {
        return null;
      }
    },
  };
}
