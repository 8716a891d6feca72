import { Entity, Index, type Relation } from 'typeorm';
import { DateOnly, Numeric, References, Text, Timestamp, Timestamped, Varchar } from './school-columns.js';
import { ClassSection } from './subjects.js';

@Entity('students_student')
@Index(['createdAt'])
@Index(['firstName', 'lastName'])
@Index(['mobileNumber'])
@Index(['email'])
@Index(['dueAmount'])
@Index(['status'])
@Index(['status', 'classSection'])
export class Student extends Timestamped {
  @Varchar(20, { unique: true })
  admissionNumber: string;

  @Varchar(50)
  firstName: string;

  @Varchar(50)
  lastName: string;

  @Varchar(100)
  fatherName: string;

  @Varchar(100)
  motherName: string;

  @DateOnly()
  dateOfBirth: string;

  @DateOnly()
  dateOfAdmission: string;

  @Varchar(14, { nullable: true })
  aadhaarNumber: string | null;

  @Varchar(11, { nullable: true })
  penNumber: string | null;

  @References(() => ClassSection, { nullable: true })
  classSection: Relation<ClassSection> | null;

  @Varchar(10)
  gender: string;

  @Varchar(20)
  religion: string;

  @Varchar(20)
  casteCategory: string;

  @Text()
  address: string;

  @Varchar(10)
  mobileNumber: string;

  @Varchar(254)
  email: string;

  @Varchar(5)
  bloodGroup: string;

  @Varchar(100, { nullable: true })
  studentImage: string | null;

  @Varchar(100)
  aadharCard: string;

  @Varchar(100)
  transferCertificate: string;

  @Numeric(10, 2)
  dueAmount: string;

  /** ACTIVE, SUSPENDED, ARCHIVED or GRADUATED; the database does not check it. */
  @Varchar(20)
  status: string;

  @Text({ nullable: true })
  statusReason: string | null;

  @Timestamp({ nullable: true })
  statusChangedDate: Date | null;

  @Varchar(100, { nullable: true })
  statusChangedBy: string | null;
}

@Entity('students_studentenrollment')
export class StudentEnrollment extends Timestamped {
  @References(() => Student, { nullable: true })
  student: Relation<Student> | null;

  @DateOnly()
  enrollmentDate: string;

  @Varchar(50)
  className: string;

  @Varchar(50)
  section: string;
}
