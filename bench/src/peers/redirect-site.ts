/** The application that people are sent from, at the product and at the peer alike. */
export const redirectSite = {
  id: 'bench-site',
  secret: 'bench-site-secret-of-more-than-32-characters',
  callback: 'https://site.bench.example/callback',
};
