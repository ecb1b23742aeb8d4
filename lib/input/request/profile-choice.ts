import { resolve } from 'node:path';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { Profile } from '../../model/profile.ts';
import { findProfile, profiles } from '../profiles/index.ts';
import { misplacedAssertion } from './assertions.ts';
import { parseHost } from './host.ts';
import { didYouMean } from './nearest.ts';
import { quote } from './quote.ts';

/**
 * A profile by its id, or a user's own by the path of its YAML or JSON file: a text with a slash or one of these
 * extensions is a path, which starts at `directory`.
 */
export async function chooseProfile(reference: string, directory: string): Promise<ParseResult<Profile>> {
  if (/[/\\]|\.(ya?ml|json)$/i.test(reference)) return readProfile(resolve(directory, reference));
  const profile = findProfile(reference);
  if (profile) return parsed(profile);
  const ids = profiles.map(({ id }) => id);
  return inputError(
    `there is no profile ${quote(reference)}${didYouMean(reference, ids)}${didYouMean(reference, ids) ? '' : ';'} known: ${ids.join(', ')}, or the path of a YAML or JSON file`,
  );
}

/** Reads a user's own profile. */
export async function readProfile(path: string): Promise<ParseResult<Profile>> {
  const { readDocument } = await import('./document.ts');
  const document = await readDocument(path, Profile);
  if (!document.ok) return document;
  const { value, errorAt } = document.value;
  for (const [index, row] of value.rows.entries()) {
    const at = ['rows', index];
    if (row.host !== undefined) {
      const host = parseHost(row.host);
      if (!host.ok) return errorAt([...at, 'host'], host.message);
      if (host.value.host !== row.host)
        return errorAt([...at, 'host'], `write it as ${quote(host.value.host)}`);
    }
    const misplaced = row.assertions && misplacedAssertion(row.kind, row.assertions);
    if (misplaced)
      return errorAt(
        [...at, 'assertions', misplaced.name],
        `is for ${misplaced.fits.join(', ')}, and this row is ${row.kind}`,
      );
  }
  return parsed(value);
}
