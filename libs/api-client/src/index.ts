export * from './generated/index.js';
export { client } from './generated/client.gen.js';
export { createClient, type Client } from './generated/client/index.js';
export * from './unwrap.js';
