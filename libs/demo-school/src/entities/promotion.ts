import { Entity, Unique, type Relation } from 'typeorm';
import { DateOnly, References, Text, Timestamped, Varchar } from './school-columns.js';
import { Student } from './student.js';
import { ClassSection } from './subjects.js';

@Entity('promotion_studentpromotion')
@Unique(['student', 'academicYear'])
export class StudentPromotion extends Timestamped {
  @References(() => Student)
  student: Relation<Student>;

  @References(() => ClassSection)
  fromClassSection: Relation<ClassSection>;

  @References(() => ClassSection)
  toClassSection: Relation<ClassSection>;

  @Varchar(10)
  academicYear: string;

  @DateOnly()
  promotionDate: string;

  @Text()
  remarks: string;
}
