import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Role } from '../../service/contracts/role-names.ts';

/** What the console can do where people sign in by it. On a station, and behind `inbound-check console`: nothing of it. */
export interface Home {
  readonly person?: {
    readonly name: string;
    /** Undefined: in no group of the console. */
    readonly role: Role | undefined;
  };
  /** In another tab, so that nothing typed here is lost. */
  readonly signInAgain?: () => void;
  readonly signOut?: () => void;
}

export const HomeContext = createContext<Home>({});
export const useHome = (): Home => useContext(HomeContext);
