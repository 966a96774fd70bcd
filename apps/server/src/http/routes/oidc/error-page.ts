import { errorTable, type Language } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../../core/ground/errors.ts';
import { messageOf } from '../../requests/errors.ts';
import { escaped, languageOfBrowser, sendPage } from './plain-page.ts';

const words: Record<Language, { title: string; over: string; more: string; id: string }> = {
  en: {
    title: 'This sign-in cannot go on',
    over: 'This sign-in is over',
    more: 'Go back to the application and start again. If that does not help, tell its operator what stands here.',
    id: 'Request',
  },
  zh: {
    title: '无法继续登录',
    over: '本次登录已结束',
    more: '请返回应用重新开始。如仍有问题，请将此处内容告知应用的管理员。',
    id: '请求编号',
  },
};

/** What a person sees where nothing may be sent to the application: what is wrong, and the id to find it by in the log. */
export function sendErrorPage(
  error: DomainError,
  request: FastifyRequest,
  reply: FastifyReply,
  { publicUrl }: { publicUrl: string },
): FastifyReply {
  const language = languageOfBrowser(request);
  const { title, over, more, id } = words[language];
  const { retryAfterSeconds } = error.detail;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const isOver = error.code === 'interaction_not_found';
  const body = `<p>${escaped(messageOf(error, language))}</p><p class="lead">${more}</p><p class="soft request">${id}: <code>${escaped(request.id)}</code></p>`;
  return sendPage(
    reply,
    { publicUrl, language, title: isOver ? over : title, body },
    errorTable[error.code].http ?? 400,
  );
}
