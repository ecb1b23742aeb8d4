import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConsoleApi } from './api.ts';

export const ApiContext = createContext<ConsoleApi>(async () => ({ status: 'unreachable' }));
export const useApi = (): ConsoleApi => useContext(ApiContext);
