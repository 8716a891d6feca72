import { Entity, Unique, type Relation } from 'typeorm';
import { DateOnly, References, Timestamped, Varchar } from './school-columns.js';
import { Student } from './student.js';
import { ClassSection } from './subjects.js';

/** One student on one school day; by far the largest table. */
@Entity('attendance_attendance')
@Unique(['student', 'date'])
export class Attendance extends Timestamped {
  @References(() => Student)
  student: Relation<Student>;

  @DateOnly()
  date: string;

  @Varchar(10)
  status: string;

  @References(() => ClassSection, { nullable: true })
  classSection: Relation<ClassSection> | null;
}
