/** How good a piece of news is; always beside words or an icon, never by colour alone. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';
