import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// The document is one for many files, so what a test has rendered is taken out of it by each.
afterEach(cleanup);

// A test waits for what the page shows, however busy the machine: the time limit is the test's own.
configure({ asyncUtilTimeout: 15_000 });
