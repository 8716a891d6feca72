import { Entity, type Relation } from 'typeorm';
import { DateOnly, Keyed, References, Varchar } from './school-columns.js';
import { Student } from './student.js';

@Entity('transport_route')
export class Route extends Keyed {
  @Varchar(100, { unique: true })
  name: string;
}

@Entity('transport_stoppage')
export class Stoppage extends Keyed {
  @References(() => Route)
  route: Relation<Route>;

  @Varchar(100, { unique: true })
  name: string;
}

@Entity('transport_transportassignment')
export class TransportAssignment extends Keyed {
  @References(() => Student, { unique: true })
  student: Relation<Student>;

  @References(() => Route)
  route: Relation<Route>;

  @References(() => Stoppage)
  stoppage: Relation<Stoppage>;

  @DateOnly()
  assignedDate: string;
}
