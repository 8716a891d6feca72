/** What user names are compared by: without regard to case, and to ways of writing the same characters. */
export function userNameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
