import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BackupError, Secret } from '@satchel/domain';
import { ChangeOwnPassword, RenewSession, SignIn, SignOut } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { toUserReply } from '../user/user.dto.js';
import type { LoginBody, PasswordBody, RefreshBody } from './auth.dto.js';
import {
  ENDED_REPLY,
  LOGIN_BODY,
  ME_REPLY,
  PASSWORD_BODY,
  REFRESH_BODY,
  SESSION_OPENED,
  SIGNED_OUT,
} from './auth.dto.js';
import { SignInRoute } from './csrf.guard.js';
import { CsrfTokens } from './csrf-tokens.js';
import { OpenSessions } from './open-sessions.js';
import { actorOf, addressOf, principalOf, sessionIdOf } from './principal.js';
import { OpenToFirstPassword, Public, SignedIn } from './route-policy.js';
import { refreshCookieOf, SessionCookies } from './session-cookies.js';
import { Costly } from './throttling.js';
import { ME, OPENED_SESSION } from './auth.examples.js';

/** Signing in, staying signed in, signing out. */
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly renewSession: RenewSession,
    private readonly signOut: SignOut,
    private readonly changePassword: ChangeOwnPassword,
    private readonly opened: OpenSessions,
    private readonly csrf: CsrfTokens,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @Costly()
  @SignInRoute('opens a session')
  @ApiOperation({
    summary: 'Sign in',
    description:
      'Failures in a row, of one name or from one address, make the next attempt wait longer and longer.',
  })
  @ApiReply(SESSION_OPENED, {
    description: 'An open session.',
    example: { message: 'Signed in as m.larsen.', data: OPENED_SESSION },
  })
  @ApiErrors('validation_error', 'auth_error', 'unavailable')
  async login(
    @Body({ schema: LOGIN_BODY }) { username, password, cookies }: LoginBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const session = await this.signIn.run({
      username,
      password: new Secret(password),
      address: addressOf(request),
      userAgent: request.get('User-Agent') ?? null,
    });
    const data = await this.opened.handOver(session, { inCookies: cookies, request, response });
    return new Reply(`Signed in as ${session.user.username}.`, data);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Costly()
  @SignInRoute('renews a session')
  @ApiOperation({
    summary: 'Exchange the refresh token for new tokens',
    description:
      'A refresh token is good for one exchange. If one is used again later, somebody else has it too, and the session ends. ' +
      'A browser sends no body but its cookie and `X-CSRF-Token`.',
  })
  @ApiBody({ required: false })
  @ApiReply(SESSION_OPENED, {
    description: 'The session, with new tokens.',
    example: { message: 'The session goes on.', data: OPENED_SESSION },
  })
  @ApiErrors('validation_error', 'auth_error', 'unavailable')
  async refresh(
    @Body({ schema: REFRESH_BODY }) body: RefreshBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const given = body?.refresh_token ?? null;
    const refreshToken = given ?? refreshCookieOf(request)?.refreshToken;
    if (refreshToken === undefined) {
      throw new BackupError('auth_error', 'There is no refresh token, in the body or in a cookie. Sign in.');
    }
    try {
      const session = await this.renewSession.run({
        refreshToken: new Secret(refreshToken),
        address: addressOf(request),
      });
      const data = await this.opened.handOver(session, { inCookies: given === null, request, response });
      return new Reply('The session goes on.', data);
    } catch (error) {
      const isOver = error instanceof BackupError && error.kind === 'auth_error';
      if (isOver && given === null) this.cookies.clear(request, response);
      throw error;
    }
  }

  @Post('logout')
  @HttpCode(200)
  @SignedIn()
  @OpenToFirstPassword()
  @ApiOperation({ summary: 'Sign out; the tokens of the session are refused from now on' })
  @ApiReply(SIGNED_OUT, {
    description: 'The session is over.',
    example: { message: 'Signed out.', data: {} },
  })
  @ApiErrors('csrf_error', 'permission_error')
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    await this.signOut.run(sessionIdOf(request), actorOf(request));
    this.cookies.clear(request, response);
    return new Reply('Signed out.', {});
  }

  @Get('me')
  @SignedIn()
  @OpenToFirstPassword()
  @ApiOperation({ summary: 'Who am I, and what may I do?' })
  @ApiReply(ME_REPLY, { description: 'Whoever asks.', example: { message: 'You are m.larsen.', data: ME } })
  async me(@Req() request: Request) {
    const { user, permissions, sessionId, tokenId } = principalOf(request);
    return new Reply(`You are ${user.username}.`, {
      user: toUserReply(user),
      permissions: [...permissions],
      session_id: sessionId,
      token_id: tokenId,
      csrf_token: sessionId === null ? null : await this.csrf.tokenOf(sessionId),
    });
  }

  @Post('password')
  @HttpCode(200)
  @SignedIn()
  @OpenToFirstPassword()
  @Costly()
  @ApiOperation({ summary: 'Change the own password; ends all other sessions' })
  @ApiReply(ENDED_REPLY, {
    description: 'Changed.',
    example: {
      message: 'The password is changed; you are signed out everywhere else.',
      data: { ended_sessions: 2 },
    },
  })
  @ApiErrors('validation_error', 'csrf_error', 'permission_error')
  async password(
    @Body({ schema: PASSWORD_BODY }) { old_password, password }: PasswordBody,
    @Req() request: Request,
  ) {
    const ended = await this.changePassword.run(
      {
        oldPassword: new Secret(old_password),
        newPassword: new Secret(password),
        sessionId: sessionIdOf(request),
      },
      actorOf(request),
    );
    return new Reply('The password is changed; you are signed out everywhere else.', {
      ended_sessions: ended,
    });
  }
}
