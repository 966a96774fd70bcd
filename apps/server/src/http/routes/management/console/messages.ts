import { envelope, MessageSettingsDto, SendTestMessageDto, TestMessageDto } from '@passbeam/protocol';
import { Type } from 'typebox';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import { languageOf } from '../../../requests/errors.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 4 * 1024;

/** How one-time codes leave the server, extensions of ours. */
export function messageRoutes(app: App, parts: Parts): void {
  const { messages } = parts;

  app.post(
    '/api/v3/get-message-settings',
    {
      bodyLimit,
      schema: {
        summary: 'Read how messages are sent',
        description: 'As the environment says: without passwords and secrets. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(MessageSettingsDto) },
      },
    },
    async (request) => {
      await administratorOf(request, parts);
      return ok(request, messages.settings());
    },
  );

  app.post(
    '/api/v3/send-test-message',
    {
      bodyLimit,
      schema: {
        summary: 'Send a message to try whether codes arrive',
        description:
          'One try, without a code that opens anything; the reply is what the other server said. Five an hour of a user pool. In the language of the lang header. ' +
          'Errors: 400 no such address, 501 the channel is not set up, 429 too many. An extension of ours.',
        body: SendTestMessageDto,
        response: { 200: envelope(TestMessageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const about = { language: languageOf(request), caller: callerOf(request) };
      return ok(request, await messages.sendTest(admin, request.body, about));
    },
  );
}
