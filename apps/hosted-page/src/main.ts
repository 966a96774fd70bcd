import { browserClock, browserPage } from '@passbeam/widget/parts';
import { createApi } from './api.ts';
import { createDirector } from './director.ts';
import { createFrame } from './draw/frame.ts';
import { createLanguageChoice } from './language.ts';
import { noInteraction } from './screens/message.ts';
import 'virtual:tokens.css';
import './page.css';

/** The page at `/login?uuid=`. Its calls stand beside this script, so it needs not know under which path the server is. */
const uuid = new URLSearchParams(location.search).get('uuid') ?? '';
const here = import.meta.url;
const language = createLanguageChoice();
const frame = createFrame(document.body, {
  onOtherLanguage() {
    language.change();
    director.redraw();
  },
});
const director = createDirector({
  api: createApi({
    address: new URL(`interactions/${encodeURIComponent(uuid)}`, here),
    language: language.now,
  }),
  clock: browserClock,
  page: browserPage,
  frame,
  language,
  leave: (address) => location.replace(address),
});
if (uuid === '') director.fail(noInteraction);
else director.start();
