import { Attendance } from './attendance.js';
import { FeeDeposit, FeesGroup, FeesType } from './fees.js';
import { Fine, FineAuditLog, FineStudent, FineType } from './fines.js';
import { StudentPromotion } from './promotion.js';
import { SchoolProfile } from './school-profile.js';
import { Student, StudentEnrollment } from './student.js';
import { ClassSection, Subject, SubjectAssignment } from './subjects.js';
import { Teacher } from './teacher.js';
import { Route, Stoppage, TransportAssignment } from './transport.js';
import { CustomUser } from './user.js';

/** Every table of the school, in an order in which each refers only to earlier ones. */
export const SCHOOL_ENTITIES = [
  SchoolProfile,
  CustomUser,
  Teacher,
  ClassSection,
  Subject,
  SubjectAssignment,
  Student,
  StudentEnrollment,
  Route,
  Stoppage,
  TransportAssignment,
  FeesGroup,
  FeesType,
  FeeDeposit,
  FineType,
  Fine,
  FineStudent,
  FineAuditLog,
  StudentPromotion,
  Attendance,
];
