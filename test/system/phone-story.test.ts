/**
 * Two people on the phone, each before a terminal of their own (tmux): the engineer at the prober, and the administrator at
 * a machine without Node behind the customer's NAT. What their two screens show, from the closed firewall to the end.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { spellCode } from '../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import buildOnce from '../cli/build-once.ts';
import { ENTRY } from '../cli/run-cli.ts';
import { makeDirectory, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import {
  boxes,
  buildCustomer,
  CHECK_OPTIONS,
  CUSTOMER_NAME,
  type Customer,
  firewallRules,
  MACHINE,
  OPENED,
  PROBER,
  PUBLIC,
  setRulesOf,
  WRONG_MACHINE,
} from './both-ends/customer.ts';
import { customersPrograms, openShell, pathOf, whyNoTerminal } from './both-ends/shell.ts';
import type { Terminal } from './both-ends/terminal.ts';

const reason = whyNoLab() ?? whyNoTerminal();
const inCi = !['', 'false'].includes(process.env.CI ?? '');

const code = spellCode(newListenerCode());
const CHECK = `inbound-check check https://${CUSTOMER_NAME}/`;
const ADDRESSES = `${PUBLIC}:443 → ${MACHINE}:443`;
let customer: Customer | undefined;
const open: Terminal[] = [];
let folder = '';

/** @param path the only folder in which programs are found */
async function sitDown(
  box: 'prober' | 'machine',
  path: string,
  shell?: readonly string[],
): Promise<Terminal> {
  const terminal = await openShell(box, { path, home: folder, ...(shell && { shell }) });
  open.push(terminal);
  return terminal;
}

/** Of the machine’s port 443, as its kernel has them. */
const listening = (): string =>
  spawnSync('ip', ['netns', 'exec', boxes.machine, 'ss', '-Hltn', 'sport = :443'], { encoding: 'utf8' })
    .stdout;

let commands = 0;
/** Types a command of the engineer, gives the code where it is asked for, and returns what the screen shows once it has ended. */
async function run(
  engineer: Terminal,
  line: string,
  answers: readonly (readonly [RegExp, string])[] = [],
): Promise<string> {
  commands += 1;
  const end = `echo "ended ${commands}: $?"`;
  engineer.type(`${line}; ${end}`);
  for (const [question, answer] of answers) {
    await engineer.until(question, end);
    engineer.type(answer);
  }
  return engineer.until(new RegExp(`^ended ${commands}: \\d+$`, 'm'), end);
}

const text = (name: string): string =>
  spawnSync(process.execPath, [ENTRY, 'listen', '--ports', '443', '--for', '30m', '--print', name], {
    encoding: 'utf8',
  }).stdout;

it.skipIf(reason !== undefined && !inCi)('the story can be tried here', () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)('two people on the phone', { timeout: 120_000 }, () => {
  let engineer: Terminal;
  let admin: Terminal;
  const bin = () => join(folder, 'customer');
  const withNode = () => `${join(folder, 'engineer')}:/usr/bin:/bin`;
  /** By a question of its own: the code is in no argument and no environment. */
  const asked = [[/Listener code: $/m, code]] as const;
  const check = (more = '', answers: readonly (readonly [RegExp, string])[] = asked): Promise<string> =>
    run(engineer, `${CHECK} --with-listener ${more}`.trim(), answers);

  beforeAll(async () => {
    buildOnce();
    customer = await buildCustomer();
    folder = makeDirectory();
    customersPrograms(bin());
    const tools = join(folder, 'engineer');
    mkdirSync(tools);
    const options = CHECK_OPTIONS.map((one) => `'${one}'`).join(' ');
    const tool = join(tools, 'inbound-check');
    writeFileSync(
      tool,
      `#!/bin/sh\ncase $1 in check) exec ${process.execPath} ${ENTRY} "$@" ${options};; *) exec ${process.execPath} ${ENTRY} "$@";; esac\n`,
    );
    chmodSync(tool, 0o755);
    engineer = await sitDown('prober', withNode());
    admin = await sitDown('machine', bin());
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') for (const terminal of open) console.error(terminal.screen());
  });
  afterAll(async () => {
    for (const terminal of open) await terminal.close();
    customer?.stop();
    removeOwnNamespaces();
  });

  it('the Perl text waits on a machine without Node, and a closed firewall is no fault of its', async () => {
    admin.type('command -v node || echo "no such program"');
    await admin.until(/^no such program$/m);
    admin.paste(text('perl'));
    await admin.until(/code: $/m);
    admin.type(code);
    // On a line of its own: the code’s line end is not shown either.
    const waiting = await admin.until(/^443 WAITING {2}nothing has arrived$/m);
    expect(waiting).not.toContain(code);
    const seen = await check();
    expect(seen).toMatch(/✗ FAIL .*tcp\.filtered/);
    expect(seen).not.toContain('Proven');
    expect(admin.screen()).not.toMatch(/^443 ARRIVED/m);
  });

  it('the rule is opened: proven at one end, arrived at the other', async () => {
    await setRulesOf('firewall', firewallRules(OPENED));
    const seen = await check();
    expect(seen).toMatch(/Proven end to end: 1 port/);
    expect(seen).toContain(ADDRESSES);
    expect(seen).toMatch(/^ended \d+: 0$/m);
    expect(seen).not.toContain(code);
    await admin.until(
      new RegExp(
        `^443 ARRIVED {2}\\d\\d:\\d\\d:\\d\\d from ${PROBER}, read aloud: [A-Z]+ [A-Z]+ \\d\\d$`,
        'm',
      ),
    );
  });

  it('the NAT rule is led to another machine, and the screen says so', async () => {
    await setRulesOf('firewall', firewallRules(OPENED, WRONG_MACHINE));
    const line = `inbound-check check http://${CUSTOMER_NAME}/ --with-listener`;
    const seen = await run(engineer, line, asked);
    await setRulesOf('firewall', firewallRules(OPENED));
    expect(seen).toMatch(/another machine/);
    expect(seen).toMatch(/path\.another-host/);
    expect(seen).toMatch(/^ended \d+: 1$/m);
  });

  it('the listener is killed: it is gone, and no port is called closed for it', async () => {
    admin.press('C-c');
    await admin.until(/^\$ $/m);
    const seen = await check();
    expect(seen).toMatch(/listener that has ended\s+is gone/i);
    expect(seen).not.toContain('tcp.filtered');
    expect(seen).toMatch(/^ended \d+: 1$/m);
  });

  it.each([[['sh']], [['bash', '--norc']]])(
    'nc has no proof: the words are read back, and Ctrl-C in %s ends every nc',
    async ([program = '', ...args]) => {
      const other = await sitDown('machine', bin(), [pathOf(program), ...args]);
      await setRulesOf('firewall', firewallRules(OPENED));
      other.paste(text('nc'));
      await other.until(/443 Listening on /);
      const line = `inbound-check check http://${CUSTOMER_NAME}:443/ --with-listener --they-read`;
      const question = /443: what do they read\? \(Enter: nothing\) $/m;
      commands += 1;
      const end = `echo "ended ${commands}: $?"`;
      engineer.type(`${line}; ${end}`);
      const heard = await other.until(/443 ARRIVED {2}read aloud: [a-z]+-[a-z]+-\d\d$/m);
      await engineer.until(question, end);
      engineer.type(/read aloud: ([a-z-]+\d\d)$/m.exec(heard)?.[1] ?? '');
      const seen = await engineer.until(new RegExp(`^ended ${commands}: \\d+$`, 'm'), end);
      expect(seen).toContain('443: read back: the challenge to');
      expect(seen).toMatch(/1 of 1 port read back, 0 of 1 port proven end to end/);
      expect(listening()).not.toBe('');
      other.press('C-c');
      await other.until(/^(?:\^C)?ENDED {4}nothing listens any more$/m);
      expect(listening()).toBe('');
    },
  );

  it('the host itself drops: what its listener saw and the report name it together', async () => {
    const host = await sitDown('machine', withNode());
    await setRulesOf('firewall', firewallRules(OPENED));
    const [first, log] = [join(folder, 'first.json'), join(folder, 'listener.log')];
    host.type(`inbound-check listen --ports 443 --for 30m --log ${log}`);
    const waiting = await host.until(/^443 WAITING/m);
    const made = /shown this once: (\S+)/.exec(waiting)?.[1] ?? '';
    const withHis = [[/Listener code: $/m, made]] as const;
    await setRulesOf(
      'machine',
      'table inet own { chain arriving { type filter hook input priority 0; tcp dport 443 drop; }; }',
    );
    const seen = await check(`--output ${first}`, withHis);
    await setRulesOf('machine', 'flush ruleset');
    expect(seen).toMatch(/tcp\.filtered/);
    expect(seen).not.toContain('path.host-firewall');
    host.press('C-c');
    await host.until(/^\$ $/m);
    const joined = await run(engineer, `inbound-check join ${first} ${log}`, withHis);
    expect(joined).toMatch(/path\.host-firewall/);
  });
});
