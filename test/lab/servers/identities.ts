/** Certificates of the cases' servers, sound ones and faulty ones, each for the name of its place. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Authority,
  breakSignature,
  createAuthority,
  createCertificate,
} from '../../certificates/authority.ts';
import type { Place } from '../case.ts';
import type { Lab } from '../topology.ts';

/** What a server is given: PEM of its key, and of the certificates that it sends, leaf first. */
export interface ServerIdentity {
  readonly key: string;
  readonly chain: string;
}
export type MakeIdentity = (place: Place, lab: Lab) => Promise<ServerIdentity>;

const DAY = 86_400_000;
const days = (count: number): Date => new Date(Date.now() + count * DAY);

/** The trusted root's own intermediate authority; most servers send it beside their certificate. */
const intermediate = (lab: Lab): Promise<Authority> =>
  lab.once('intermediate authority', () => lab.authority.intermediate({ subject: 'Inbound Check Lab CA 1' }));

/** A company's own root, which no prober trusts. */
const privateRoot = (lab: Lab): Promise<Authority> =>
  lab.once('private root', () => createAuthority({ subject: 'Example Company Root' }));
const privateIntermediate = (lab: Lab): Promise<Authority> =>
  lab.once('private intermediate', async () =>
    (await privateRoot(lab)).intermediate({ subject: 'Example Company CA' }),
  );

/** A certificate of the trusted intermediate authority, sent with it, sound but for what the options say. */
const issued =
  (options: (place: Place) => Parameters<Authority['issue']>[0]): MakeIdentity =>
  async (place, lab) =>
    (await intermediate(lab)).issue({ names: [place.host], ...options(place) });

export const healthy = issued(() => ({}));
export const expired = issued(() => ({ notBefore: days(-100), notAfter: days(-10) }));
export const notYetValid = issued(() => ({ notBefore: days(2), notAfter: days(92) }));
export const expiringIn = (count: number): MakeIdentity =>
  issued(() => ({ notBefore: days(-80), notAfter: days(count) }));
export const named = (...names: readonly string[]): MakeIdentity => issued(() => ({ names }));
/** Its only name is the address of the place. */
export const forAddress = issued(({ address }) => ({ names: [], ip: [address] }));
export const withKey = (keyType: 'rsa-1024' | 'rsa-2048' | 'ec-p384'): MakeIdentity =>
  issued(() => ({ keyType }));
export const mustStaple = issued(() => ({ mustStaple: true }));

/** RSA, as SHA-1 is met in the field. */
export const sha1Signed: MakeIdentity = async ({ host }, lab) => {
  const authority = await lab.once('RSA authority', () =>
    lab.authority.intermediate({ subject: 'Inbound Check Lab RSA CA', keyType: 'rsa-2048' }),
  );
  return authority.issue({ names: [host], keyType: 'rsa-2048', digest: 'sha1' });
};

export const selfSigned: MakeIdentity = async ({ host }) => selfSignedWith(host);
/** As packages make it at installation. */
export const selfSignedFor =
  (name: string): MakeIdentity =>
  async () =>
    selfSignedWith(name);

function selfSignedWith(name: string): ServerIdentity {
  const { cert, key } = createCertificate({ names: [name] });
  return { key, chain: cert };
}

/** A private root: sent along, or with its intermediate alone, or not sent at all by a leaf that it signed itself. */
export const privateRootSent: MakeIdentity = async ({ host }, lab) => {
  const { key, chain } = await (await privateIntermediate(lab)).issue({ names: [host] });
  return { key, chain: chain + (await privateRoot(lab)).root };
};
export const privateRootNotSent: MakeIdentity = async ({ host }, lab) =>
  (await privateIntermediate(lab)).issue({ names: [host] });
export const privateLeafAlone: MakeIdentity = async ({ host }, lab) => {
  const { key, cert } = await (await privateRoot(lab)).issue({ names: [host] });
  return { key, chain: cert };
};

/** Two intermediates, of which the one next to the root is left out. */
export const secondIntermediateMissing: MakeIdentity = async ({ host }, lab) => {
  const second = await (await intermediate(lab)).intermediate({ subject: 'Inbound Check Lab CA 2' });
  const { key, cert } = await second.issue({ names: [host] });
  return { key, chain: cert + second.cert };
};

/** Two intermediates of one name and key; the first is no good, the second is. */
export const siblingFirst =
  (fault: 'expired' | 'not yet valid'): MakeIdentity =>
  async ({ host }, lab) => {
    const subject = `Inbound Check Lab ${fault} twin CA`;
    const good = await lab.authority.intermediate({ subject });
    const dates =
      fault === 'expired'
        ? { notBefore: days(-100), notAfter: days(-10) }
        : { notBefore: days(2), notAfter: days(20 * 365) };
    const twin = await lab.authority.intermediate({ subject, privateKey: good.privateKey, ...dates });
    const { key, cert } = await good.issue({ names: [host] });
    return { key, chain: cert + twin.cert + good.cert };
  };

/** The leaf alone, as it looks when only the first file of an order was installed. */
export const withoutIntermediate =
  (make: MakeIdentity): MakeIdentity =>
  async (place, lab) => {
    const { key, chain } = await make(place, lab);
    return { key, chain: certificatesOf(chain).slice(0, 1).join('') };
  };

/** The root in front of the intermediate. */
export const wrongOrder: MakeIdentity = async (place, lab) => {
  const { key, chain } = await (
    await (await intermediate(lab)).intermediate({ subject: 'Inbound Check Lab CA 2' })
  ).issue({ names: [place.host] });
  const [leaf = '', ...above] = certificatesOf(chain);
  return { key, chain: leaf + above.reverse().join('') };
};

/** Of an authority that may certify only `elsewhere.test`. */
export const outsideConstraints: MakeIdentity = async ({ host }, lab) => {
  const constrained = await lab.once('constrained authority', () =>
    lab.authority.intermediate({
      subject: 'Inbound Check Lab Constrained CA',
      permitted: ['elsewhere.test'],
    }),
  );
  return constrained.issue({ names: [host] });
};

export const spoiltSignature: MakeIdentity = async ({ host }, lab) => {
  const authority = await intermediate(lab);
  const leaf = await authority.issue({ names: [host] });
  return { key: leaf.key, chain: breakSignature(leaf).cert + authority.chainAbove };
};

/** Expired, for another name, and without its intermediate. */
export const threeFaults = withoutIntermediate(
  issued(() => ({ names: ['old.elsewhere.test'], notBefore: days(-400), notAfter: days(-35) })),
);

/** Single certificates of a chain, each with its final newline. */
const certificatesOf = (pem: string): string[] =>
  pem.split(/(?<=-----END CERTIFICATE-----\n)/).filter((one) => one !== '');

export interface IdentityFiles {
  readonly key: string;
  readonly chain: string;
  /** Key and chain in one file. */
  readonly both: string;
  /** The leaf, and what is sent with it, apart. */
  readonly leaf: string;
  readonly above: string;
}

/** Writes an identity where servers can read it; returns the paths. */
export async function identityFiles(place: Place, lab: Lab, make: MakeIdentity): Promise<IdentityFiles> {
  const { key, chain } = await make(place, lab);
  const [leaf = '', ...above] = certificatesOf(chain);
  const contents = { key, chain, both: key + chain, leaf, above: above.join('') };
  const path = (name: string): string => join(lab.directory, `${place.id}-${name}.pem`);
  await Promise.all(Object.entries(contents).map(([name, text]) => writeFile(path(name), text)));
  return {
    key: path('key'),
    chain: path('chain'),
    both: path('both'),
    leaf: path('leaf'),
    above: path('above'),
  };
}
