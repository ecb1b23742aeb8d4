import * as z from 'zod';

/**
 * An object that keeps the fields of a later version, so that it can be written out unchanged and its signature still
 * fits. Its type doesn't show them.
 */
export const open = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> =>
  z.looseObject(shape) as unknown as z.ZodObject<Shape>;
