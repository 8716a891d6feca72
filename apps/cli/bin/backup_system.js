#!/usr/bin/env -S node --max-semi-space-size=2 --heap-growing-percent=100 --initial-heap-size=64
// Rows pass through memory once: a heap that grows before it is swept would only make the process larger.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `backup_system needs Node 22.15 or newer, and this is ${process.versions.node}. ` +
      'Run it as "npx backup_system", which brings its own.\n',
  );
  process.exit(15);
}
module.enableCompileCache();
await import('../bundle/main.js');
