/** What a route answers with; the envelope is put around it by `EnvelopeInterceptor`. */
export class Reply<T> {
  constructor(
    /** One sentence for a person. */
    readonly message: string,
    readonly data: T,
    /** What went less than well, for people. */
    readonly warnings: readonly string[] = [],
  ) {}
}
