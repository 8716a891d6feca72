/** Where a bucket is, and where in it. */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  readonly region: string;
  /** Null: Amazon's own for the region. */
  readonly endpoint: string | null;
  /**
   * Whether the server is asked to refuse a second object of the same name. Off for the few servers that answer such a
   * question with an error.
   */
  readonly conditional: boolean;
}

/** A place in a bucket as messages and the catalog call it; without what may be secret. */
export function s3Address({ bucket, prefix }: Pick<S3Location, 'bucket' | 'prefix'>): string {
  return `s3://${bucket}/${prefix}`;
}
