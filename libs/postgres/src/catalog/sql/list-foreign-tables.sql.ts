import { isUserObject } from './user-object.js';

/** Foreign tables, with the table that each is a partition of, if it is one. */
export const LIST_FOREIGN_TABLES = `
SELECT n.nspname::text AS schema, c.relname::text AS name, s.srvname::text AS server, c.relispartition AS "isPartition"
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
JOIN pg_foreign_server AS s ON s.oid = f.ftserver
WHERE c.relkind = 'f' AND ${isUserObject('c', 'n')}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;
