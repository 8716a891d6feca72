import type { ErrorEnvelope } from './generated/types.gen.js';

/** An error that the API has answered with, or none at all: `unavailable` with status 0 where no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly errorType: ErrorEnvelope['error_type'],
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly requestId: string | null = null,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}

interface Envelope {
  readonly data: unknown;
  readonly message: string;
  readonly warnings?: readonly string[] | undefined;
}

/** What a generated function resolves to, as far as it matters here. */
interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/**
 * Takes the data out of an answer's envelope.
 *
 * @throws ApiError what the error envelope says; for what is no envelope, what its status means
 */
export async function unwrap<T extends Envelope>(asked: Promise<Answer<T>>): Promise<T['data']> {
  return (await envelope(asked)).data;
}

/** The whole envelope, for who shows its message and warnings. @throws ApiError as `unwrap` does */
export async function envelope<T extends Envelope>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (cause) {
    throw noAnswer(cause);
  }
  if (answer.data !== undefined) return answer.data;
  throw toApiError(answer.error, answer.response);
}

function toApiError(body: unknown, response: Response | undefined): ApiError {
  if (response === undefined) return noAnswer(body);
  if (!isErrorEnvelope(body)) {
    return new ApiError(
      response.status,
      response.status >= 500 ? 'unavailable' : 'system_error',
      `The server answered with status ${response.status}, and nothing that explains it.`,
    );
  }
  return new ApiError(
    response.status,
    body.error_type,
    body.message,
    body.details ?? {},
    body.request_id ?? null,
  );
}

function noAnswer(cause: unknown): ApiError {
  return new ApiError(0, 'unavailable', 'The server could not be reached.', {}, null, { cause });
}

function isErrorEnvelope(body: unknown): body is ErrorEnvelope {
  return (
    typeof body === 'object' &&
    body !== null &&
    'status' in body &&
    body.status === 'error' &&
    'message' in body &&
    'error_type' in body
  );
}
