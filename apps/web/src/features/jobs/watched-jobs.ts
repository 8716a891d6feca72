const KEPT_AS = 'satchel.watchedJobs';

/**
 * The jobs whose end is still to be told in this tab. They outlive a reload: a job that ends while the page is being loaded
 * is told all the same.
 */
export const watchedJobs = {
  read(): readonly string[] {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '[]');
      return Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : [];
    } catch {
      return [];
    }
  },
  add(...jobIds: readonly string[]): void {
    write([...new Set([...this.read(), ...jobIds])]);
  },
  remove(jobId: string): void {
    write(this.read().filter(id => id !== jobId));
  },
};

function write(jobIds: readonly string[]): void {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(jobIds.slice(-50)));
  } catch {
    // Without storage a reload forgets them; nothing else.
  }
}
