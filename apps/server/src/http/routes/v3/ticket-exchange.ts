import { ExchangeTicketDto, envelope, TokenSetDto } from '@passbeam/protocol';
import { qrcodeIdOfTicket } from '../../../core/qr/ticket.ts';
import { grantableScope } from '../../../core/sessions/scopes.ts';
import { callerOf } from '../../callers/caller.ts';
import { redeemerOf } from '../../callers/redeemer.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { tokenSetDto } from '../../wire/token-set-dto.ts';

/** `POST /api/v3/exchange-tokenset-with-qrcode-ticket` (wire 2.4). */
export function ticketExchangeRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/exchange-tokenset-with-qrcode-ticket',
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags: ['QR codes'],
        summary: 'Exchange a ticket for tokens, once',
        description:
          'For the backend of the website: prove the application secret by client_id and client_secret in the body or by authorization: Basic. A call with management credentials proves as much. Without a proof it is refused (403, apiCode 1001) ' +
          'unless the pool allows the exchange from browsers; a refused exchange consumes nothing. The reply names the code: compare it with the one your page showed, or send the state the page made it with: a ticket of another code is then refused. ' +
          "Errors: 400 apiCode 2300 unknown, expired or used ticket; 401 wrong secret; 403 apiCode 2300 the state is not the code's.",
        body: ExchangeTicketDto,
        response: { 200: envelope(TokenSetDto) },
      },
    },
    async (request) => {
      const { body } = request;
      request.qrcodeId = qrcodeIdOfTicket(body.ticket);
      const { tokenSet, qrcodeId, state } = await parts.exchangeTicket({
        ticket: body.ticket,
        redeemer: await redeemerOf(request, body, parts),
        pollSecret: body.poll_secret,
        state: body.state,
        scope: grantableScope(body.scope),
        caller: callerOf(request),
        call: 'v3',
      });
      return ok(request, { ...tokenSetDto(tokenSet), qrcodeId, ...(state !== null && { state }) });
    },
  );
}
