import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';

type Json = Record<string, unknown>;

/** The served document, used as somebody else would: by a validator that knows nothing of how it was made. */
export interface OpenapiChecks {
  document: Json;
  /** What is wrong with an answer; null when it is as the document says. Answers without a body are. */
  complaintOf(answer: { method: string; path: string; status: number; text: string; contentType: string }): string | null;
  /** What is wrong with one value of a named schema. */
  complaintOfValue(schemaName: string, value: unknown): string | null;
}

/** Reads `GET /openapi.json` of a running gateway. */
export async function openapiChecks(origin: string): Promise<OpenapiChecks> {
  const document = (await (await fetch(`${origin}/openapi.json`)).json()) as Json;
  const ajv = new Ajv2020({ strict: false });
  const schemas = (document['components'] as { schemas: Record<string, Json> }).schemas;
  const validators = new Map<string, ValidateFunction>(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));

  const complaintOfValue = (name: string, value: unknown): string | null => {
    const validate = validators.get(name);
    if (validate === undefined) return `there is no schema ${name}`;
    return validate(value) ? null : `${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 400)}`;
  };
  return {
    document,
    complaintOfValue,
    complaintOf({ method, path, status, text, contentType }) {
      if (text === '') return null;
      const operation = operationOf(document, { method, path });
      if (operation === null) return status < 400 ? `${method} ${path} is not in the document` : complaintOfValue('Error', JSON.parse(text));
      const described = (operation['responses'] as Record<string, Json | undefined>)[String(status)];
      if (described === undefined) return `${method} ${path} does not tell of ${status}`;
      const [type = ''] = contentType.split(';');
      const content = (described['content'] as Record<string, { schema: Json } | undefined>)[type];
      if (content === undefined) return `${method} ${path} with ${status} does not tell of ${type}`;
      const reference = content.schema['$ref'];
      return typeof reference === 'string' ? complaintOfValue(reference.replace(/^.*\//, ''), JSON.parse(text)) : null;
    },
  };
}

function operationOf(document: Json, { method, path }: { method: string; path: string }): Json | null {
  for (const [template, operations] of Object.entries(document['paths'] as Record<string, Record<string, Json | undefined>>)) {
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`);
    if (pattern.test(path)) return operations[method.toLowerCase()] ?? null;
  }
  return null;
}
