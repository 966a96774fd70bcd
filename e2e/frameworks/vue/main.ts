import '@passbeam/widget/define';
import type {} from '@passbeam/widget/vue';
import type { GlobalComponents } from 'vue';
import { createApp } from 'vue/dist/vue.esm-bundler.js';
import { noted, settings } from '../settings';

/** The properties that a template may set, typed as `vue-tsc` types them. */
const props: InstanceType<GlobalComponents['passbeam-qr']>['$props'] = {
  host: settings.host,
  appId: settings.appId,
  theme: 'dark',
  onAuthorized: ({ detail }) => noted('typed', detail.ticket ?? ''),
};
// @ts-expect-error there is no such theme
props.theme = 'blue';

const app = createApp({
  data: () => ({ renders: 0, ...settings }),
  mounted() {
    setInterval(() => {
      (this as unknown as { renders: number }).renders += 1;
    }, 200);
  },
  methods: { noted },
  template: `<main :data-renders="renders">
    <passbeam-qr :host="host" :app-id="appId" :customData="{ from: 'vue', at: { desk: 1 } }"
      @created="noted('created', $event.detail.qrcodeId)" @scanned="noted('scanned', $event.detail.displayName)"
      @authorized="noted('authorized', $event.detail.ticket)" />
  </main>`,
});
app.config.compilerOptions.isCustomElement = (tag: string) => tag.startsWith('passbeam-');
app.mount('#root');
