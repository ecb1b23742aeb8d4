/**
 * A call on go-live day, from the board: the engineer reads what it shows, the administrator types in a shell of the customer's
 * machine, behind the customer's firewall. From a closed firewall over words that were misheard and a port that the machine itself
 * rejects, which only both ends together can tell, to the signed page.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import buildOnce from '../cli/build-once.ts';
import { ENTRY } from '../cli/run-cli.ts';
import { makeDirectory, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import {
  boxes,
  buildCustomer,
  type Customer,
  firewallRules,
  OPENED,
  PROBER,
  PUBLIC,
  setRulesOf,
} from './both-ends/customer.ts';
import { customersPrograms, openShell, whyNoTerminal } from './both-ends/shell.ts';
import type { Terminal } from './both-ends/terminal.ts';
import { type Engineer, sitDownEngineer } from './console-story/engineer.ts';
import { shotsOf } from './console-story/shots.ts';
import { openPage, violations } from './open-page.ts';

const reason = whyNoLab() ?? whyNoTerminal();
const inCi = !['', 'false'].includes(process.env.CI ?? '');
const { folder: shots, look } = shotsOf('console-story-phone');

/** What is dropped takes its time at every look; these say at once that they reject, and not whose rule it is. */
const CLOSED = 'counter reject with icmp type admin-prohibited';
const MACHINE_REJECTS =
  'table inet own { chain arriving { type filter hook input priority 0; tcp dport 443 reject with icmp type admin-prohibited; }; }';
/** More than the board waits between two measurements, ms. */
const NEXT_LOOK_MS = 31_000;

it.skipIf(reason !== undefined && !inCi)('the story can be tried here', () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)('two people on the phone, and the board', { timeout: 300_000 }, () => {
  let customer: Customer | undefined;
  let engineer: Engineer;
  let admin: Terminal;
  let home = '';

  beforeAll(async () => {
    buildOnce();
    customer = await buildCustomer();
    await setRulesOf('firewall', firewallRules(CLOSED));
    home = makeDirectory();
    const programs = customersPrograms(join(home, 'programs'));
    const listener = join(programs, 'inbound-check');
    writeFileSync(listener, `#!/bin/sh\nexec ${process.execPath} ${ENTRY} "$@"\n`);
    chmodSync(listener, 0o755);
    admin = await openShell('machine', { path: programs, home });
    engineer = await sitDownEngineer(boxes.prober, PROBER);
    const checks = ['--check', `http://${PUBLIC}/`, '--check', `https://${PUBLIC}/`];
    await engineer.cli('target', 'add', 'Branch', ...checks);
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(admin.screen());
  });
  afterAll(async () => {
    await engineer?.stop();
    await admin?.close();
    customer?.stop();
    removeOwnNamespaces();
  });

  const copied = async (page: Page, copy: Locator): Promise<string> => {
    await copy.click();
    return page.evaluate('navigator.clipboard.readText()');
  };
  const tile = (page: Page, port: number): Locator =>
    page.locator('.tile', { hasText: `listener://${PUBLIC}:${port}` });

  it('from the text that the board shows to the signed page', async () => {
    const options = {
      viewport: { width: 1280, height: 900 },
      locale: 'en-GB',
      permissions: ['clipboard-read', 'clipboard-write'],
    };
    await openPage(engineer.browser, await engineer.signInLink(), options, async ({ page, complaints }) => {
      await page.getByRole('button').click();
      await page.waitForURL(`${engineer.url}/`);
      await page.clock.install();
      await page.getByRole('link', { name: 'Go-live' }).click();
      await page.getByRole('link', { name: 'Branch' }).click();
      await page.getByText('2 of 2 not passing').waitFor();

      // The administrator gets the text and, by another way, the code.
      await page.getByText('The other end', { exact: true }).click();
      await page.getByLabel('Linux with Perl').check();
      admin.paste(await copied(page, page.getByRole('button', { name: 'Copy: Linux with Perl' })));
      await admin.until(/code: $/m);
      const code = await copied(page, page.getByRole('button', { name: 'Copy: Code' }));
      expect(code).toBe(await page.locator('.told-code').textContent());
      admin.type(code);
      await admin.until(/^443 WAITING {2}nothing has arrived$/m);

      // They wait, and nothing arrives: the firewall is still closed.
      await page.getByRole('button', { name: 'Ask there now' }).click();
      await page.getByText('The listener is asked').waitFor();
      await page.getByText('2 of 2 not passing').waitFor();
      await page.getByText('Turn of the network team (firewall, NAT or provider): 2, since').waitFor();
      expect(admin.screen()).not.toMatch(/^\d+ ARRIVED/m);

      // The rule is opened, and the machine rejects 443 itself.
      await setRulesOf('machine', MACHINE_REJECTS);
      await setRulesOf('firewall', firewallRules(OPENED));
      await page.getByText('Measuring again at').waitFor();
      await page.clock.fastForward(NEXT_LOOK_MS);
      await page.getByText('1 of 2 not passing').waitFor();
      await page.locator('.tile.pass', { hasText: `:80` }).waitFor();
      const heard = await admin.until(/^80 ARRIVED .*, read aloud: [A-Z]+ [A-Z]+ \d\d$/m);
      const [, from, words = ''] = /^80 ARRIVED .* from (\S+), read aloud: (.+)$/m.exec(heard) ?? [];
      expect(from).toBe(PROBER);
      // From outside the refusal is of the address that the firewall translates.
      expect(await tile(page, 443).textContent()).toContain('the network team');

      // They read the words of another day, and then what stands there.
      await page.getByLabel('80 They read:').fill('ALFA ALFA 10');
      await page.keyboard.press('Enter');
      await page.getByText('Not sent in this run: an older one').waitFor();
      await page.locator('.tile.fail').getByText('path.words-differ').waitFor();
      await look(page, 'misheard');
      await page.getByLabel('80 They read:').fill(words);
      await page.keyboard.press('Enter');
      await page.getByText('Right: it arrived where they read.').waitFor();
      await page.locator('.tile.pass', { hasText: `:80` }).waitFor();

      // What the machine rejects itself, the text does not see: Inbound Check does, and ends with a sealed block.
      admin.press('C-c');
      await admin.until(/^\$ $/m, 'ENDED');
      await page.getByLabel('Inbound Check is there').check();
      admin.paste(
        await copied(page, page.getByRole('button', { name: /^(Copy|Copied): Inbound Check is there/ })),
      );
      await admin.until(/Listener code: $/m);
      admin.type(code);
      await admin.until(/^443 WAITING/m, 'Listener code');
      await page.getByText('Measuring again at').waitFor();
      await page.clock.fastForward(NEXT_LOOK_MS);
      await page.getByText('Measuring …').waitFor();
      await page.getByText('Measuring again at').waitFor();
      admin.press('C-c');
      const ended = await admin.until(/^-----END INBOUND CHECK LISTENER-----$/m);
      const [block = ''] = /^-----BEGIN INBOUND CHECK LISTENER-----$.*^-----END .*-----$/ms.exec(ended) ?? [];

      // A line was lost in the mail, as a file; then all of it, pasted.
      const cut = join(home, 'block.txt');
      writeFileSync(cut, block.replace(/^port,443.*\n/m, ''));
      await page.getByLabel('or as a file').setInputFiles(cut);
      // The code that is asked with stands there already.
      expect(await page.getByRole('textbox', { name: 'Code' }).inputValue()).toBe(code);
      await page.getByRole('button', { name: 'Join to the report' }).click();
      await page.getByRole('alert').getByText('altered').waitFor();
      await page.getByLabel('The log, or the sealed block').fill(block);
      await page.getByRole('button', { name: 'Join to the report' }).click();
      await tile(page, 443).getByText('path.host-firewall').waitFor();
      await page.getByText('Turn of the operator of the host: 1, since').waitFor();
      const told = (await tile(page, 443).textContent()) ?? '';
      expect(told).toContain('From both ends');
      expect(told).toContain('Who acts: the operator of the host');
      await look(page, 'both-ends');
      expect((await violations(page)).join('\n')).toBe('');

      // That report is handed over by a link of its own.
      const joined = page.locator('.other-end .hand-over');
      await joined.getByRole('button', { name: 'Make a link…' }).click();
      await joined.getByRole('button', { name: 'Make the link', exact: true }).click();
      const link = (await joined.getByRole('link', { name: /\/s\// }).getAttribute('href')) ?? '';
      const opened = await page.context().newPage();
      await opened.goto(link);
      expect(await opened.textContent('body')).toContain('path.host-firewall');
      await opened.close();
      await joined.getByRole('button', { name: 'Save signed page' }).scrollIntoViewIfNeeded();

      // The machine lets it in, they listen once more, and the board turns green by itself.
      await setRulesOf('machine', 'flush ruleset');
      await admin.until(/^\$ $/m, '-----END');
      admin.paste(
        await copied(page, page.getByRole('button', { name: /^(Copy|Copied): Inbound Check is there/ })),
      );
      await admin.until(/Listener code: $/m, '-----END');
      admin.type(code);
      await admin.until(/^443 WAITING/m, '-----END');
      await page.clock.fastForward(NEXT_LOOK_MS);
      await page.getByText('Everything arrives, at a listener.').waitFor();
      expect(await page.locator('.tile.pass').count()).toBe(2);
      await look(page, 'green');

      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save signed page' }).first().click();
      const file = join(shots, 'handed-over.html');
      await (await saved).saveAs(file);
      expect(verifyReport(readFileSync(file)).outcome).toBe('intact');
      const [key = ''] = /SHA256:[\w+/-]{43}/.exec(await engineer.cli('fleet', 'status')) ?? [];
      expect(await engineer.cli('verify', '--key', key, file)).toContain('GENUINE');
      // Of the block that was cut.
      expect(complaints).toEqual([expect.stringContaining('status of 400')]);
    });
  });
});
