import { Entity } from 'typeorm';
import { Flag, Keyed, Timestamp, Varchar } from './school-columns.js';

@Entity('users_customuser')
export class CustomUser extends Keyed {
  @Varchar(128)
  password: string;

  @Timestamp({ nullable: true })
  lastLogin: Date | null;

  @Flag()
  isSuperuser: boolean;

  @Varchar(150, { unique: true })
  username: string;

  @Varchar(150)
  firstName: string;

  @Varchar(150)
  lastName: string;

  @Varchar(254)
  email: string;

  @Flag()
  isStaff: boolean;

  @Flag()
  isActive: boolean;

  @Timestamp()
  dateJoined: Date;

  @Varchar(10)
  role: string;

  @Varchar(15, { nullable: true, unique: true })
  mobile: string | null;

  @Varchar(100, { nullable: true })
  profilePicture: string | null;
}
