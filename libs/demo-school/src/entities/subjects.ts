import { Entity, Unique, type Relation } from 'typeorm';
import { Keyed, References, Timestamp, Varchar } from './school-columns.js';
import { Teacher } from './teacher.js';

@Entity('subjects_classsection')
@Unique(['className', 'sectionName'])
export class ClassSection extends Keyed {
  @Varchar(50)
  className: string;

  @Varchar(10)
  sectionName: string;

  @Varchar(20, { unique: true })
  roomNumber: string;

  @Timestamp()
  createdAt: Date;
}

@Entity('subjects_subject')
export class Subject extends Keyed {
  @Varchar(100, { unique: true })
  name: string;

  @Timestamp()
  createdAt: Date;
}

@Entity('subjects_subjectassignment')
@Unique(['classSection', 'subject'])
export class SubjectAssignment extends Keyed {
  @References(() => ClassSection)
  classSection: Relation<ClassSection>;

  @References(() => Subject)
  subject: Relation<Subject>;

  @References(() => Teacher, { nullable: true })
  teacher: Relation<Teacher> | null;

  @Timestamp()
  createdAt: Date;
}
