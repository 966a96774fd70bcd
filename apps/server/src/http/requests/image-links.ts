/** Pictures of codes have addresses of their own, which hold the code's id sealed: whoever reads one in a log cannot follow the code. */
export interface ImageLinks {
  imageUrl(qrcodeId: string): string;
  /** The id of a code, or null for what we did not seal. */
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
