import { Entity, Unique, type Relation } from 'typeorm';
import { Json, Keyed, Numeric, References, Text, Timestamp, Timestamped, Varchar } from './school-columns.js';
import { Student } from './student.js';
import { ClassSection } from './subjects.js';
import { Stoppage } from './transport.js';

@Entity('fees_feesgroup')
export class FeesGroup extends Timestamped {
  @Varchar(50)
  feeGroup: string;

  @Varchar(50)
  groupType: string;

  @Varchar(50)
  feeType: string;

  @References(() => ClassSection, { nullable: true })
  relatedClassSection: Relation<ClassSection> | null;

  @References(() => Stoppage, { nullable: true })
  relatedStoppage: Relation<Stoppage> | null;
}

@Entity('fees_feestype')
@Unique(['feeGroup', 'amountType', 'monthName', 'className', 'stoppageName'])
export class FeesType extends Timestamped {
  @References(() => FeesGroup)
  feeGroup: Relation<FeesGroup>;

  @Numeric(10, 2)
  amount: string;

  @Varchar(50)
  amountType: string;

  @Varchar(50)
  contextType: string;

  @Json()
  contextData: object;

  @Varchar(50, { nullable: true })
  monthName: string | null;

  @Varchar(100, { nullable: true })
  className: string | null;

  @Varchar(100, { nullable: true })
  stoppageName: string | null;

  @References(() => Stoppage, { nullable: true })
  relatedStoppage: Relation<Stoppage> | null;
}

@Entity('student_fees_feedeposit')
export class FeeDeposit extends Keyed {
  @References(() => Student)
  student: Relation<Student>;

  @Numeric(10, 2)
  amount: string;

  @Numeric(10, 2)
  discount: string;

  @Numeric(10, 2)
  paidAmount: string;

  @Varchar(50)
  receiptNo: string;

  @Timestamp()
  depositDate: Date;

  @Varchar(20)
  paymentMode: string;

  @Varchar(50, { nullable: true })
  transactionNo: string | null;

  @Varchar(100, { nullable: true })
  paymentSource: string | null;

  @Text({ nullable: true })
  note: string | null;
}
