/**
 * What a person who asked for several connections is told of those that were used.
 *
 * @returns null where one was asked for
 */
export function connectionsText(used: number, askedFor: number): string | null {
  if (askedFor === 1) return null;
  if (used === askedFor) return String(used);
  // Not opened where the server shares our processors, nor where one would wait for someone who alters a table, and others for us.
  return `${used} of the ${askedFor} asked for: more would not be faster here, or would keep others waiting`;
}
