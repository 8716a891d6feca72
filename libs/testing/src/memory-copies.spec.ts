import { describeCopyStore } from './conformance/copy-store.conformance.js';
import { MemoryCopyStore } from './memory-copies.js';

describeCopyStore('MemoryCopyStore', async () => {
  const store = new MemoryCopyStore();
  return { process: () => store, dispose: async () => undefined };
});
