import * as z from 'zod';

/** Names of the keys that an object of `schema` may have at `path`; empty where the schema has none. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let here = alternatives(schema);
  for (const key of path) here = here.flatMap((one) => child(one, key)).flatMap(alternatives);
  return [...new Set(here.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
}

/** What a value of the schema may be, without the wrappers around it. */
function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  if (schema instanceof z.ZodPipe) return alternatives(schema.in);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  )
    return alternatives(schema.unwrap());
  return [schema];
}

function child(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (!(schema instanceof z.ZodObject)) return [];
  const field: unknown = schema.shape[String(key)];
  return field instanceof z.ZodType ? [field] : [];
}
