/** What is in the folder of a station, by the names that it has there. */
import { join } from 'node:path';

export const DATABASE = 'station.db';
export const OBJECTS = 'objects';
/** While it is there, a restore is under way, or did not come to its end. */
export const RESTORING = 'restoring';
/** Made by the station, or written by its owner, beside database and objects. */
export const SINGLE_FILES = ['signing-key.pem', 'mail.json', 'oidc.json'] as const;

export const databasePath = (folder: string): string => join(folder, DATABASE);
