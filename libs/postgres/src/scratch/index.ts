export * from './postgres-scratch-server.js';
