import { Controller, Delete, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OwnSessions } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { ENDED_REPLY, SESSION_REPLY, toSessionReply } from './auth.dto.js';
import { actorOf, principalOf, sessionIdOf } from './principal.js';
import { SignedIn } from './route-policy.js';
import { SessionCookies } from './session-cookies.js';
import { SESSION } from './auth.examples.js';

/** Where somebody is signed in, and how to end that. */
@ApiTags('auth')
@Controller('auth/sessions')
export class SessionController {
  constructor(
    private readonly ownSessions: OwnSessions,
    private readonly cookies: SessionCookies,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'The own open sessions, last used first' })
  @ApiReply(z.array(SESSION_REPLY), {
    description: 'All of them; there are few.',
    example: { message: '1 open session.', data: [SESSION] },
  })
  @ApiErrors('permission_error')
  async list(@Req() request: Request) {
    const sessions = await this.ownSessions.list(actorOf(request));
    const { sessionId } = principalOf(request);
    return new Reply(
      `${sessions.length} open ${sessions.length === 1 ? 'session' : 'sessions'}.`,
      sessions.map(session => toSessionReply(session, sessionId)),
    );
  }

  @Delete()
  @SignedIn()
  @ApiOperation({ summary: 'End all own sessions but the one that asks' })
  @ApiReply(ENDED_REPLY, {
    description: 'How many were ended.',
    example: { message: 'You are signed out everywhere else.', data: { ended_sessions: 2 } },
  })
  @ApiErrors('csrf_error', 'permission_error')
  async endOthers(@Req() request: Request) {
    const ended = await this.ownSessions.endOthers(sessionIdOf(request), actorOf(request));
    return new Reply('You are signed out everywhere else.', { ended_sessions: ended });
  }

  @Delete(':id')
  @SignedIn()
  @ApiOperation({ summary: 'End one of the own sessions' })
  @ApiReply(ENDED_REPLY, {
    description: 'It is over.',
    example: { message: 'The session is over.', data: { ended_sessions: 1 } },
  })
  @ApiErrors('validation_error', 'not_found', 'csrf_error', 'permission_error')
  async end(
    @Param('id', { schema: z.uuid() }) sessionId: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    await this.ownSessions.end(sessionId, actorOf(request));
    if (sessionId === principalOf(request).sessionId) this.cookies.clear(request, response);
    return new Reply('The session is over.', { ended_sessions: 1 });
  }
}
