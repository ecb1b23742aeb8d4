import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

export const LAYERS: readonly (readonly string[])[];
export const SOCKET_FILES: Readonly<Record<string, string>>;
declare const config: { readonly forbidden: IForbiddenRuleType[]; readonly options: ICruiseOptions };
export default config;
