import type { PageCodeView } from '@passbeam/protocol';
import { type Code, type CodeApi, createFace, createFollower, type PollReply, type View } from '@passbeam/widget/parts';
import { Refusal } from '../api.ts';
import { el } from '../draw/dom.ts';
import { openingLink } from '../opening-link.ts';
import type { Stage } from '../stage.ts';

/** Shows the login code of this interaction with the widget's parts, and goes on once the person confirmed on the phone. */
export function scanPanel(stage: Stage): HTMLElement {
  const { api, clock, page, language } = stage;
  const host = el('div', { class: 'scan' });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let shown: View = { name: 'loading', isRenewal: false };
  const draw = () => face.show(shown, { language, isDark: dark.matches });
  const follower = createFollower<never>({
    clock,
    page,
    show(view) {
      shown = view;
      draw();
    },
    tell(notice) {
      if (notice.name === 'authorized') void goOn();
    },
  });
  const face = createFace({
    root: host.attachShadow({ mode: 'open' }),
    clock,
    onRenew: () => begin({ isWished: true }),
    onImageFailed: () => follower.fail({ kind: 'image', code: 'image_failed', message: 'The image did not load' }),
  });
  dark.addEventListener('change', draw);
  stage.onLeave(() => {
    dark.removeEventListener('change', draw);
    follower.stop();
  });
  begin({ isWished: false });
  return host;

  function begin({ isWished }: { isWished: boolean }): void {
    follower.start(codeApi(stage, isWished));
  }

  async function goOn(): Promise<void> {
    await stage.run(async () => {
      try {
        return await api.step('continue');
      } catch (error) {
        // The code was used meanwhile, or is over: the view says where things stand.
        if (error instanceof Refusal && /^(qr_|ticket_)/.test(error.code)) return api.view();
        throw error;
      }
    });
  }
}

/**
 * The calls for one login code after the other. A living code of this interaction is taken over before a new one is made: so a reload keeps
 * the picture, two tabs show the same, and what was confirmed while this page was away is not lost. `isWished` skips that once.
 */
function codeApi(stage: Stage, isWished: boolean): CodeApi<never> {
  const { api } = stage;
  let skips = isWished;

  return {
    create: (signal) =>
      guarded(async () => {
        const known = skips ? null : await api.code(signal);
        const isAlive = known !== null && ['PENDING', 'SCANNED', 'AUTHORIZED'].includes(known.status);
        const code = isAlive ? known : await api.newCode(signal);
        skips = false;
        return codeOf(code);
      }),
    poll: (code, signal) => guarded(async () => replyOf(await api.code(signal), code)),
    wait: (code, since, signal) =>
      guarded(async () => replyOf(await api.changedCode(code.qrcodeId, since, signal), code)),
  };

  function codeOf({ qrcodeId = '', url = '', expiresIn, link }: PageCodeView): Code {
    const { apps } = stage.view;
    return {
      qrcodeId,
      url,
      expiresIn,
      ...(link !== undefined && { link: openingLink(link, apps, navigator.userAgent) }),
      ...(apps.length === 1 && { appName: apps[0]?.name }),
    };
  }

  /** Another tab may have made a newer code: this one is over then. */
  function replyOf({ qrcodeId, status, ...rest }: PageCodeView, code: Code): PollReply<never> {
    const isOther = qrcodeId !== undefined && qrcodeId !== code.qrcodeId;
    return { ...rest, status: isOther || status === 'NONE' ? 'EXPIRED' : status };
  }

  async function guarded<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Refusal) stage.takes(error);
      throw error;
    }
  }
}
