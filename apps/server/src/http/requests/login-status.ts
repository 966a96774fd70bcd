import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';
import { resourceName } from '../../core/users/display.ts';
import { audienceOf } from '../callers/audience.ts';
import { languageOf, messageOf } from './errors.ts';
import type { Parts } from './parts.ts';

/** Tells v2's clients whether the login of a token stands. "No" is an answer here and not a refusal. */
export async function loginStatus(
  { v2LoginTokens }: Pick<Parts, 'v2LoginTokens'>,
  request: FastifyRequest,
  token: string | null | undefined,
) {
  try {
    const asked = token ?? request.headers.authorization;
    request.aboutApplication = audienceOf(asked);
    const { user, loginSession, expiresAt } = await v2LoginTokens.authenticate(asked, 'readProfile');
    return {
      code: 200,
      message: 'ok',
      status: true,
      iat: Math.floor(loginSession.createdAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      data: { id: user.id, userPoolId: user.userPoolId, arn: resourceName(user) },
    };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_signed_in') throw error;
    return { code: 2020, message: messageOf(error, languageOf(request)), status: false, data: null };
  }
}
