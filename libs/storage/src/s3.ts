// Apart from the rest, so that the SDK is loaded only where a bucket is used.
export * from './s3-storage.js';
