import { describe, expect, it } from 'vitest';
import { fixText } from '../../../lib/engine/verdict/fix.ts';
import { causes } from '../../../lib/kinds/causes.ts';
import { germanCauses } from '../../../lib/kinds/causes-de.ts';
import { CAUSE_DEFAULTS } from '../../../lib/model/cause-codes.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';
import { germanFix } from '../../../lib/report/language/german-fix.ts';

const codes = Object.keys(causes) as CauseCode[];
const endpoint = (over: Partial<Endpoint> = {}): Endpoint => ({
  id: 'https://www.example.com:8443/',
  target: 'www.example.com',
  kind: 'https',
  host: 'www.example.com',
  port: 8443,
  expect: 'open',
  level: 'required',
  ...over,
});
const told = (cause: CauseCode, of = endpoint()): { english: string; german: string } => {
  const { side, severity } = CAUSE_DEFAULTS[cause];
  const english = fixText(of, [{ cause, side, severity, summary: 'x' }], []) ?? '';
  return { english, german: germanFix({ fix: english, cause, port: of.port }) ?? '' };
};

describe('what to do, in German', () => {
  it('is said of every cause, to whom it is for', () => {
    for (const cause of codes) {
      const { english, german } = told(cause);
      const next = germanCauses[cause].next.replace(/\bPORT\b/g, '8443');
      expect([cause, english.startsWith('For '), german.startsWith('Für '), german.endsWith(next)]).toEqual([
        cause,
        true,
        true,
        true,
      ]);
    }
  });

  it('keeps what is typed or looked up: options, quoted settings, addresses of pages, standards, the port', () => {
    const marks = (text: string): string[] =>
      (
        text.match(/--[a-z][a-z-]+|"[^"]+"|https?:\/\/[a-z][^\s)]+|RFC \d+(?: §[\d.]+)?|\bPORT\b/g) ?? []
      ).sort();
    for (const cause of codes)
      expect([cause, ...marks(germanCauses[cause].next)]).toEqual([cause, ...marks(causes[cause].next)]);
  });

  it('names the place, a failure that did not repeat, a far end, and a service for known networks', () => {
    const fix =
      'For the network team (firewall, NAT, provider) in front of www.example.com, 192.0.2.1 port 25/tcp: The failure did not repeat, and a packet lost now and then needs no repair. If it comes back: ' +
      `${causes['tcp.filtered'].next} www.example.com is a far end that is not the customer's own. Where it works from here but not from the customer's network, that network must let tcp port 25 out to it.`;
    expect(germanFix({ fix, cause: 'tcp.filtered', port: 25 })).toBe(
      'Für das Netzwerkteam (Firewall, NAT, Provider) vor www.example.com, 192.0.2.1 Port 25/tcp: Der Fehler wiederholte sich nicht, und ein hin und wieder verlorenes Paket braucht keine Reparatur. Kommt er wieder: ' +
        `${germanCauses['tcp.filtered'].next} www.example.com ist eine Gegenseite, die nicht dem Kunden gehört. Wo sie von hier funktioniert, aber nicht aus dem Netz des Kunden, muss dieses Netz tcp-Port 25 dorthin hinauslassen.`,
    );
    const { german } = told('tcp.filtered', endpoint({ warnIfPublic: true }));
    expect(german).toContain('Dieser Dienst ist für bekannte Netze gedacht.');
  });

  it('leaves a text of another version as it is', () => {
    expect(germanFix({ fix: 'Turn it off and on.', cause: 'tcp.filtered', port: 25 })).toBe(
      'Turn it off and on.',
    );
    expect(germanFix({ fix: 'Turn it off and on.', cause: 'later.cause' as CauseCode, port: 25 })).toBe(
      'Turn it off and on.',
    );
    expect(germanFix({ port: 25 })).toBeUndefined();
  });
});
