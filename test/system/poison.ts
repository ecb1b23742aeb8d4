/** Reports in which every text that is not ours attacks the page. */
import { HOSTILE } from '../report/sample-evidence.ts';

/** Would set a mark, ask the network or open a dialog if any of it ran. */
export const ATTACKS = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=1">',
  '"><svg onload=window.pwned=1>',
  "'-alert(1)-'",
  '</script><script>window.pwned=1</script>',
  '</pre></style></title><iframe src="http://127.0.0.1:9/x"></iframe>',
  'javascript:window.pwned=1',
  '<a href="javascript:window.pwned=1">x</a>',
  '<base href="http://127.0.0.1:9/"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
  '<form action="http://127.0.0.1:9/"><button>x</button></form>',
  '<%= process.exit() %>{{window.pwned=1}}',
] as const;
const poison = ATTACKS.join(' ') + HOSTILE;

const KEPT =
  /^(schema|kind|verdict|cause|side|state|expect|level|startedAt|finishedAt|at|since|status|end|lastPhase|stopped|dir|alsoFound|causes|what)$/;

/** Every text of a report that is no literal of the model becomes the attack, keys of headers as well. */
export function poisoned<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (KEPT.test(key) ? value : poison) as T;
  if (Array.isArray(value)) return (KEPT.test(key) ? value : value.map((item) => poisoned(item, key))) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]);
  if (key === 'headers') entries.push([poison, poison]);
  return Object.fromEntries(entries) as T;
}
