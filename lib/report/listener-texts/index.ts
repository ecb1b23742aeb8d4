/** Texts to paste on a machine without Node: `inbound-check listen --print NAME`. Pure: the same settings give the same bytes. */
import { iisText } from './iis.ts';
import { ncText } from './nc.ts';
import { nginxText } from './nginx.ts';
import { perlText } from './perl.ts';
import { powershellText } from './powershell.ts';
import { pythonText } from './python.ts';
import { sheetText } from './sheet.ts';
import type { TextSettings } from './text-settings.ts';

export { isPlainPath, type TextSettings } from './text-settings.ts';

const TEXTS = {
  perl: perlText,
  python: pythonText,
  powershell: powershellText,
  nginx: nginxText,
  iis: iisText,
  nc: ncText,
  sheet: sheetText,
} as const satisfies Record<string, (settings: TextSettings) => string>;

export type ListenerTextName = keyof typeof TEXTS;

export const LISTENER_TEXT_NAMES = Object.keys(TEXTS) as readonly ListenerTextName[];

export const isListenerTextName = (name: string): name is ListenerTextName => Object.hasOwn(TEXTS, name);

export const listenerText = (name: ListenerTextName, settings: TextSettings): string => TEXTS[name](settings);
