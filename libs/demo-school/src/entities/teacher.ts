import { Entity } from 'typeorm';
import { DateOnly, Keyed, Varchar } from './school-columns.js';

@Entity('teachers_teacher')
export class Teacher extends Keyed {
  @Varchar(100)
  name: string;

  @Varchar(15)
  mobile: string;

  @Varchar(254, { unique: true })
  email: string;

  @Varchar(100)
  qualification: string;

  @DateOnly()
  joiningDate: string;

  @Varchar(100, { nullable: true })
  photo: string | null;

  @Varchar(100, { nullable: true })
  resume: string | null;

  @Varchar(100, { nullable: true })
  joiningLetter: string | null;
}
