import { itemStoreContract } from './item-store-contract.ts';
import { memoryItems } from './memory-items.ts';

itemStoreContract('items in a map', () => memoryItems());
