import './look/library.css';
import 'virtual:tokens.css';
import './look/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { client } from './api/client.ts';
import { LanguageProvider } from './language/language.tsx';
import { cssVariables, theme } from './look/theme.ts';
import { router } from './router.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// The library that keeps the page behind a dialog from scrolling asks for the nonce by this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

createRoot(document.getElementById('console') as HTMLElement).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
  >
    <LanguageProvider>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </MantineProvider>,
);
