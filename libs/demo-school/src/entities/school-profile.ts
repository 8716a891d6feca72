import { Column, Entity } from 'typeorm';
import { DateOnly, Keyed, Text, Varchar } from './school-columns.js';

@Entity('school_profile_schoolprofile')
export class SchoolProfile extends Keyed {
  @Varchar(255)
  schoolName: string;

  @Varchar(255)
  principalName: string;

  @Text()
  address: string;

  @Varchar(254, { unique: true })
  email: string;

  @Varchar(15)
  mobile: string;

  @Varchar(50, { unique: true })
  registrationNumber: string;

  @Varchar(200, { nullable: true })
  website: string | null;

  @Varchar(100, { nullable: true })
  logo: string | null;

  @Varchar(100, { nullable: true })
  academicCalendar: string | null;

  @DateOnly()
  startDate: string;

  @DateOnly()
  endDate: string;

  @Column({ type: 'smallint' })
  academicSessionStartMonth: number;
}
