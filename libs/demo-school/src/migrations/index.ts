import { CreateSchool1758967200000 } from './1758967200000-create-school.js';

/** In the order in which they run. */
export const SCHOOL_MIGRATIONS = [CreateSchool1758967200000];
