/** How many large objects there are. */
export const COUNT_LARGE_OBJECTS = 'SELECT count(*)::float8 AS count FROM pg_largeobject_metadata';
