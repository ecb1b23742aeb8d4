import { resolve as resolvePath } from 'node:path';
import * as z from 'zod';
import { type InputError, inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { RunSettings } from '../../model/request.ts';
import { createReservedGate } from '../../net/reserved-dial.ts';
import { flagOf } from './flag-of.ts';
import { describeIssue } from './issue.ts';
import { parseDuration, parseInteger } from './quantities.ts';
import { refuseUnreachableHost } from './reachable-host.ts';
import {
  parseAddress,
  parseContact,
  parseControl,
  parseDnsServerSetting,
  parseDnssecAnchor,
  parseEhloName,
  parseFamily,
  parseResolve,
  readTrustAnchors,
} from './setting-values.ts';
import { listOf, Text, textAs } from './text-fields.ts';

/**
 * Settings as a person writes them: the flags of `check`, and `settings` of a targets file, by the same names.
 * --allow-private is not among them: a file from another person must not give access to the user's private network.
 */
export const SettingsText = z.strictObject({
  family: textAs(parseFamily).optional(),
  timeout: textAs((text) => parseDuration(text, 50, 300_000)).optional(),
  confirm: textAs((text) => parseInteger(text, 0, 5)).optional(),
  confirmPause: textAs((text) => parseDuration(text, 0, 600_000)).optional(),
  concurrency: textAs((text) => parseInteger(text, 1, 1_000)).optional(),
  deadline: textAs((text) => parseDuration(text, 1, 86_400_000)).optional(),
  resolve: listOf(parseResolve).optional(),
  dns: listOf(parseDnsServerSetting).optional(),
  dnssecAnchor: listOf(parseDnssecAnchor).optional(),
  control: listOf(parseControl).optional(),
  defaultControls: z.boolean().optional(),
  negativeControl: textAs(parseAddress).optional(),
  oldProtocols: z.boolean().optional(),
  weakCiphers: z.boolean().optional(),
  delegation: z.boolean().optional(),
  revocation: z.boolean().optional(),
  ca: listOf(parsed).optional(),
  ehloName: textAs(parseEhloName).optional(),
  mailFrom: Text.pipe(
    z.email("expected the prober's own mail address, as probe@prober.example.com"),
  ).optional(),
  contact: textAs(parseContact).optional(),
});
export type SettingsText = z.output<typeof SettingsText>;

/** The same as given by flags: texts that are not parsed yet. */
export type SettingsFlags = z.input<typeof SettingsText>;

/** Reads the flags of `check`; messages name the flag. */
export function parseSettingsFlags(flags: SettingsFlags): ParseResult<SettingsText> {
  const result = SettingsText.safeParse(flags, { reportInput: true });
  if (result.success) return parsed(result.data);
  const { path, message } = describeIssue(result.error);
  return inputError(`${flagOf(String(path[0]))}: ${message}`);
}

/** Settings before the defaults are filled in. */
export type SettingsInput = z.input<typeof RunSettings>;

/**
 * Uses the names of `RunSettings` and reads the certificate files, whose relative paths start at `directory`. What
 * was not given is left out, so that flags can replace a file's settings.
 */
export async function toRunSettings(
  text: SettingsText,
  directory: string,
): Promise<ParseResult<SettingsInput>> {
  const {
    timeout,
    confirmPause,
    deadline,
    resolve,
    dns,
    dnssecAnchor,
    control,
    negativeControl,
    ca,
    ...same
  } = text;
  const trustAnchors: string[] = [];
  for (const path of ca ?? []) {
    const anchors = await readTrustAnchors(resolvePath(directory, path));
    if (!anchors.ok) return anchors;
    trustAnchors.push(...anchors.value);
  }
  const settings = {
    ...same,
    timeoutMs: timeout,
    confirmPauseMs: confirmPause,
    deadlineMs: deadline,
    resolve: resolve?.flat(),
    dnsServers: dns,
    dnssecAnchors: dnssecAnchor,
    controls: control,
    negativeControl: negativeControl === undefined ? undefined : { address: negativeControl },
    trustAnchors: ca === undefined ? undefined : trustAnchors,
  };
  return parsed(withoutUndefined(settings) as SettingsInput);
}

/** Fills in the defaults and refuses, before any packet, pins and controls that the address guard would refuse. */
export function completeSettings(input: SettingsInput): ParseResult<RunSettings> {
  const settings = RunSettings.parse(input);
  for (const [flag, hosts] of [
    ['--resolve', settings.resolve.map((pin) => pin.address)],
    ['--control', settings.controls.map((control) => control.host)],
  ] as const) {
    for (const host of hosts) {
      const refused: InputError | undefined = refuseUnreachableHost(host, settings.allowPrivate);
      if (refused) return inputError(`${flag}: ${refused.message}`);
    }
  }
  const { negativeControl, allowPrivate } = settings;
  const notReserved = negativeControl && createReservedGate({ allowPrivate })(negativeControl.address);
  if (notReserved)
    return inputError(
      `--negative-control: ${negativeControl.address} may belong to somebody: use an address of 240.0.0.0/4`,
    );
  return parsed(settings);
}

function withoutUndefined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
