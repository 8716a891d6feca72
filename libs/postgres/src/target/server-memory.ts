/*
 * Memory that the server may take for one step of a restore. All of it is given back when the transaction ends.
 */

/** For sorts and hashes of one statement. */
export const WORK_MEMORY = '64MB';

/**
 * For building one index, shared by two of its processes. With more of it an index takes longer: what they sort no longer fits the
 * processor's caches. With less, one process has to do it alone.
 */
export const INDEX_MEMORY = '64MB';

/** For checking one foreign key over all rows: a hash of all rows that are referred to, which is slower in parts. */
export const KEY_MEMORY = '256MB';
