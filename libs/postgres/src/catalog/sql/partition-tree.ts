/**
 * A recursive common table expression `tree(root, leaf, kind)` over every partition tree, the root itself included as its
 * own first member, ordinary tables as trees of one. PostgreSQL's own tables are left out: to measure those takes most of
 * the time where users have few. It reads `pg_inherits` because `pg_partition_tree` takes locks and so would wait for
 * whoever is changing a table.
 *
 * A partition that is being detached is no longer read through its root, so it counts as a tree of its own;
 * `pg_class.relispartition` stays true until the detaching is over.
 */
export const PARTITION_TREE = `tree AS (
    SELECT root.oid AS root, root.oid AS leaf, root.relkind AS kind
    FROM pg_class AS root
    WHERE root.relkind IN ('r', 'p') AND root.relnamespace <> 'pg_catalog'::regnamespace
      AND (NOT root.relispartition
        OR EXISTS (SELECT FROM pg_inherits AS detached WHERE detached.inhrelid = root.oid AND detached.inhdetachpending))
  UNION ALL
    SELECT tree.root, child.oid, child.relkind
    FROM tree
    JOIN pg_inherits AS inherits ON inherits.inhparent = tree.leaf AND NOT inherits.inhdetachpending
    JOIN pg_class AS child ON child.oid = inherits.inhrelid AND child.relispartition
    WHERE tree.kind = 'p'
  )`;
