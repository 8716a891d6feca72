import { schoolDataSource } from '@satchel/demo-school/data-source';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, query, type TestDatabase } from './create-test-database.js';
import { testServers } from './test-servers.js';

/**
 * The schema of the school's Django application, table by table: `>` is a foreign key to a table's `id`, `u` is unique.
 * A foreign key is also an index, unless it is unique. Every table has `id bigint`, an identity and the primary key.
 */
const DOCUMENTED = `
school_profile_schoolprofile:
  school_name varchar(255); principal_name varchar(255); address text; email varchar(254) u;
  mobile varchar(15); registration_number varchar(50) u; website varchar(200) null;
  logo varchar(100) null; academic_calendar varchar(100) null; start_date date; end_date date;
  academic_session_start_month smallint
teachers_teacher:
  name varchar(100); mobile varchar(15); email varchar(254) u; qualification varchar(100);
  joining_date date; photo varchar(100) null; resume varchar(100) null;
  joining_letter varchar(100) null
subjects_classsection:
  class_name varchar(50); section_name varchar(10); room_number varchar(20) u;
  created_at timestamptz; unique (class_name, section_name)
subjects_subject:
  name varchar(100) u; created_at timestamptz
subjects_subjectassignment:
  class_section_id > subjects_classsection; subject_id > subjects_subject;
  teacher_id > teachers_teacher null; created_at timestamptz; unique (class_section_id, subject_id)
students_student:
  created_at timestamptz; updated_at timestamptz; admission_number varchar(20) u;
  first_name varchar(50); last_name varchar(50); father_name varchar(100); mother_name varchar(100);
  date_of_birth date; date_of_admission date; aadhaar_number varchar(14) null;
  pen_number varchar(11) null; class_section_id > subjects_classsection null; gender varchar(10);
  religion varchar(20); caste_category varchar(20); address text; mobile_number varchar(10);
  email varchar(254); blood_group varchar(5); student_image varchar(100) null;
  aadhar_card varchar(100); transfer_certificate varchar(100); due_amount numeric(10,2);
  status varchar(20); status_reason text null; status_changed_date timestamptz null;
  status_changed_by varchar(100) null; index (created_at); index (first_name, last_name);
  index (mobile_number); index (email); index (due_amount); index (status);
  index (status, class_section_id)
students_studentenrollment:
  created_at timestamptz; updated_at timestamptz; student_id > students_student null;
  enrollment_date date; class_name varchar(50); section varchar(50)
transport_route:
  name varchar(100) u
transport_stoppage:
  route_id > transport_route; name varchar(100) u
transport_transportassignment:
  student_id > students_student u; route_id > transport_route; stoppage_id > transport_stoppage;
  assigned_date date
fees_feesgroup:
  created_at timestamptz; updated_at timestamptz; fee_group varchar(50); group_type varchar(50);
  fee_type varchar(50); related_class_section_id > subjects_classsection null;
  related_stoppage_id > transport_stoppage null
fees_feestype:
  created_at timestamptz; updated_at timestamptz; fee_group_id > fees_feesgroup;
  amount numeric(10,2); amount_type varchar(50); context_type varchar(50); context_data jsonb;
  month_name varchar(50) null; class_name varchar(100) null; stoppage_name varchar(100) null;
  related_stoppage_id > transport_stoppage null;
  unique (fee_group_id, amount_type, month_name, class_name, stoppage_name)
student_fees_feedeposit:
  student_id > students_student; amount numeric(10,2); discount numeric(10,2);
  paid_amount numeric(10,2); receipt_no varchar(50); deposit_date timestamptz;
  payment_mode varchar(20); transaction_no varchar(50) null; payment_source varchar(100) null;
  note text null
fines_finetype:
  created_at timestamptz; updated_at timestamptz; name varchar(100) u; category varchar(20);
  description text; is_active boolean; created_by_id > users_customuser null
fines_fine:
  created_at timestamptz; updated_at timestamptz; class_section_id > subjects_classsection null;
  fine_type_id > fines_finetype; fees_type_id > fees_feestype null; amount numeric(10,2);
  dynamic_amount_percent numeric(5,2) null; reason text; due_date date; applied_date timestamptz;
  auto_generated boolean; target_scope varchar(20); created_by_id > users_customuser null
fines_finestudent:
  created_at timestamptz; updated_at timestamptz; fine_id > fines_fine;
  student_id > students_student; is_paid boolean; payment_date date null;
  unique (fine_id, student_id)
fines_fineauditlog:
  created_at timestamptz; updated_at timestamptz; fine_id > fines_fine; action varchar(50);
  user_id > users_customuser; timestamp timestamptz; details jsonb
attendance_attendance:
  created_at timestamptz; updated_at timestamptz; student_id > students_student; date date;
  status varchar(10); class_section_id > subjects_classsection null; unique (student_id, date)
promotion_studentpromotion:
  created_at timestamptz; updated_at timestamptz; student_id > students_student;
  from_class_section_id > subjects_classsection; to_class_section_id > subjects_classsection;
  academic_year varchar(10); promotion_date date; remarks text; unique (student_id, academic_year)
users_customuser:
  password varchar(128); last_login timestamptz null; is_superuser boolean; username varchar(150) u;
  first_name varchar(150); last_name varchar(150); email varchar(254); is_staff boolean;
  is_active boolean; date_joined timestamptz; role varchar(10); mobile varchar(15) null u;
  profile_picture varchar(100) null
`;

interface Documented {
  readonly columns: string[];
  /** `unique`, `index` or `foreign key`, with what it is on. */
  readonly rules: string[];
}

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^varchar/, 'character varying'],
  [/^timestamptz/, 'timestamp with time zone'],
];

function documentedTables(): Map<string, Documented> {
  const tables = new Map<string, Documented>();
  for (const [, table = '', body = ''] of DOCUMENTED.matchAll(/^(\w+):\n((?: {2}.*\n)+)/gm)) {
    const columns = ['id bigint not null by default'];
    const rules = ['primary key (id)'];
    for (const item of body.split(';').map(text => text.trim().replace(/\s+/g, ' '))) {
      const rule = /^(unique|index) \((.*)\)$/.exec(item);
      if (rule) {
        rules.push(item);
        continue;
      }
      const [, name = '', reference, target = '', nullable, unique] =
        /^(\w+) (> )?(\S+)( null)?( u)?$/.exec(item) ?? [];
      const type = reference
        ? 'bigint'
        : TYPES.reduce((text, [short, long]) => text.replace(short, long), target);
      columns.push(`${name} ${type}${nullable ? '' : ' not null'}`);
      if (unique) rules.push(`unique (${name})`);
      else if (reference) rules.push(`index (${name})`);
      if (reference) rules.push(`foreign key (${name}) > ${target}`);
    }
    tables.set(table, { columns: columns.sort(), rules: rules.sort() });
  }
  return tables;
}

const COLUMNS = `
SELECT c.relname AS table,
       a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
         || CASE a.attidentity WHEN 'd' THEN ' by default' WHEN 'a' THEN ' always' ELSE '' END
         || CASE WHEN a.atthasdef THEN ' with a default' ELSE '' END AS text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'typeorm_migrations'`;

const RULES = `
WITH named AS (
  SELECT i.indrelid, i.indisunique, i.indisprimary,
         (SELECT string_agg(a.attname, ', ' ORDER BY k.position)
          FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS columns
  FROM pg_index i WHERE i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid
)
SELECT c.relname AS table,
       CASE WHEN indisprimary THEN 'primary key' WHEN indisunique THEN 'unique' ELSE 'index' END || ' (' || columns || ')' AS text
FROM named JOIN pg_class c ON c.oid = indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'typeorm_migrations'
UNION ALL
SELECT c.relname, 'foreign key (' || a.attname || ') > ' || f.relname
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_class f ON f.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.condeferrable AND k.condeferred AND k.confdeltype = 'a' AND k.confupdtype = 'a'`;

describe.each(testServers())('the schema of the school on PostgreSQL $major', server => {
  let school: TestDatabase;

  beforeAll(async () => {
    school = await createTestDatabase(server, { template: 'school' });
  });

  afterAll(async () => {
    await school.drop();
  });

  it('has every documented table, column, index and foreign key, and nothing else', async () => {
    const tables = new Map<string, Documented>();
    const tableOf = (name: string): Documented => {
      const known = tables.get(name) ?? { columns: [], rules: [] };
      tables.set(name, known);
      return known;
    };
    type Row = { table: string; text: string };
    for (const row of await query<Row>(school.url, COLUMNS)) tableOf(row.table).columns.push(row.text);
    for (const row of await query<Row>(school.url, RULES)) tableOf(row.table).rules.push(row.text);
    for (const { columns, rules } of tables.values()) {
      columns.sort();
      rules.sort();
    }
    const documented = documentedTables();
    expect(documented.size).toBe(20);
    expect([...tables.keys()].sort()).toEqual([...documented.keys()].sort());
    for (const [name, expected] of documented)
      expect({ name, ...tables.get(name) }).toEqual({ name, ...expected });
  });

  it('is what the entities say', async () => {
    const dataSource = schoolDataSource(school.url);
    await dataSource.initialize();
    try {
      const log = await dataSource.driver.createSchemaBuilder().log();
      expect(log.upQueries.map(statement => statement.query)).toEqual([]);
      expect(await dataSource.showMigrations()).toBe(false);
    } finally {
      await dataSource.destroy();
    }
  });

  it('can be taken back whole', async () => {
    const copy = await createTestDatabase(server, { template: 'school' });
    const dataSource = schoolDataSource(copy.url);
    await dataSource.initialize();
    try {
      await dataSource.undoLastMigration();
      const left = await query(copy.url, COLUMNS);
      expect(left).toEqual([]);
    } finally {
      await dataSource.destroy();
      await copy.drop();
    }
  });
});
