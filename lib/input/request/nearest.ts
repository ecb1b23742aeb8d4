/** The candidates nearest to what was typed, best first: those within a third of its length, or that contain it. */
export function nearest(text: string, candidates: readonly string[], max = 3): string[] {
  const typed = text.toLowerCase();
  return candidates
    .map((candidate) => ({
      candidate,
      distance:
        candidate.includes(typed) && typed.length > 2 ? 1 : editDistance(typed, candidate.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= Math.max(2, typed.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

/** ` Did you mean a or b?`, or nothing when no candidate is similar. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}

/** Levenshtein distance: insertions, deletions and replacements from one to the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, left] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, right] of [...b].entries())
      current.push(
        Math.min(
          (previous[column + 1] ?? 0) + 1,
          (current[column] ?? 0) + 1,
          (previous[column] ?? 0) + (left === right ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
