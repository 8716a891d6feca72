import { describeBackupStorage } from '@satchel/testing/conformance';
import { MemoryStorage } from './memory-storage.js';

describeBackupStorage('MemoryStorage', async () => ({
  storage: new MemoryStorage(),
  dispose: async () => undefined,
}));
