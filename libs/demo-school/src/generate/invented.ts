import type { Prng } from './prng.js';

type List = readonly [string, ...string[]];

interface Script {
  readonly girls: List;
  readonly boys: List;
  readonly families: List;
}

/** Names of nobody, in the scripts a school office meets. Most are Latin, as in any Indian school's register. */
const LATIN: Script = {
  girls: [
    'Aarohi',
    'Bhavya',
    'Chitra',
    'Diya',
    'Eshani',
    'Farah',
    'Gauri',
    'Hana',
    'Ira',
    'Jhanvi',
    'Zoë',
    'Renée',
  ],
  boys: [
    'Advik',
    'Bilal',
    'Chirag',
    'Dev',
    'Eklavya',
    'Farhan',
    'Gopal',
    'Harsh',
    'Ishan',
    'Jatin',
    'Søren',
    'Łukasz',
  ],
  families: [
    'Ahlawat',
    'Bhandari',
    "D'Souza",
    'Fernandes',
    'Iyer',
    'Kashyap',
    'Lobo',
    "O'Neill",
    'Rathore',
    'Sääsk',
  ],
};

const OTHERS: readonly [Script, ...Script[]] = [
  {
    girls: ['अनन्या', 'काव्या', 'मीरा', 'श्रुति'],
    boys: ['अर्जुन', 'कृष्ण', 'रोहन', 'सिद्धार्थ'],
    families: ['शर्मा', 'त्रिपाठी', 'वर्मा', 'चतुर्वेदी'],
  },
  {
    girls: ['கயல்விழி', 'மலர்', 'தமிழ்ச்செல்வி'],
    boys: ['அருண்', 'குமரன்', 'வேலு'],
    families: ['முருகன்', 'சுப்பிரமணியன்', 'பாண்டியன்'],
  },
  {
    girls: ['عائشة', 'زینب', 'نور'],
    boys: ['یوسف', 'عمر', 'حمزة'],
    families: ['انصاری', 'قریشی', 'الهاشمي'],
  },
  { girls: ['小雨', '欣怡', '美玲'], boys: ['伟', '志强', '𠮷平'], families: ['王', '歐陽', '李'] },
  { girls: ['Ольга', 'Зоя'], boys: ['Андрей', 'Фёдор'], families: ['Соколов', 'Ёлкин'] },
  { girls: ['সুমনা', 'মৌসুমী'], boys: ['অভিজিৎ', 'সৌরভ'], families: ['চট্টোপাধ্যায়', 'ঘোষ'] },
];

export type Gender = 'Female' | 'Male';

export interface PersonName {
  readonly first: string;
  readonly last: string;
  readonly father: string;
  readonly mother: string;
}

export function personName(random: Prng, gender: Gender): PersonName {
  const script = random.chance(75) ? LATIN : random.pick(OTHERS);
  const last = random.pick(script.families);
  return {
    first: random.pick(gender === 'Female' ? script.girls : script.boys),
    last,
    father: `${random.pick(script.boys)} ${last}`,
    mother: `${random.pick(script.girls)} ${last}`,
  };
}

/** Text that breaks careless code: every kind is harmless to a database and must come back as it is. */
export const AWKWARD_TEXTS: List = [
  'said "yes", then \'no\'',
  'C:\\new\\table\\x00 is a path, \\N is no null',
  'first line\nsecond line\r\nthird\tafter a tab',
  '😀 👩‍👩‍👧‍👦 🏫 flag 🇮🇳 and 𝔘nicode',
  'nbsp\u00a0, zero width\u200b, right-to-left \u202eabc\u202c, bom \ufeff inside',
  'e\u0301 is not \u00e9',
  '{"looks": ["like", "json"]}',
  "'); DROP TABLE students_student; --",
  '=HYPERLINK("http://example.invalid")',
  '  spaces around  ',
  '\u0001 control \u001f characters \u007f',
  '\\',
  'null',
  'हिन्दी में एक टिप्पणी — और "उद्धरण"',
  'line separator \u2028 paragraph separator \u2029 end',
];

const STREETS: List = [
  'Station Road',
  'Lake View',
  'Mango Lane',
  'मुख्य बाज़ार',
  'Old Mill Street',
  '5th Cross',
];
const TOWNS: List = ['Rampur Kalan', 'Chandanpur', 'Neelgarh', 'Sundarvan', 'மலைநகர்', 'Kotla Nagar'];

export function address(random: Prng): string {
  const lines = [`${random.between(1, 400)}, ${random.pick(STREETS)}`, random.pick(TOWNS)];
  if (random.chance(5)) lines.push(random.pick(AWKWARD_TEXTS));
  return lines.join(random.chance(20) ? '\n' : ', ');
}

/** A remark as a person at a desk leaves it: mostly none, sometimes an empty one, seldom an awkward one. */
export function remark(random: Prng): string | null {
  const kind = random.below(100);
  if (kind < 70) return null;
  if (kind < 80) return '';
  if (kind < 92)
    return random.pick(['paid by grandfather', 'late, excused', 'receipt handed over', 'siehe Rückseite']);
  return random.pick(AWKWARD_TEXTS);
}
