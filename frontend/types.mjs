// TypeScript types of the studio's messages and routes, from the OpenAPI document that its server's
// table makes. Our own few lines, because the generators of the field (openapi-typescript 7.13) need
// the programming interface of TypeScript 5, which TypeScript 7 does not have. It takes the part of
// JSON Schema that msgspec writes, and stops at anything else.

const HEAD = "// Made by types.mjs from openapi.json, which scripts/write_openapi.py makes. Do not edit.\n";

/** The whole of api.ts. */
export function typesOf(document) {
  const messages = Object.entries(document.components.schemas).map(([name, schema]) => message(name, schema));
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => route(method, path, operation)),
  );
  const table = `type Word = string | number;\n\n/** Every route: what varies in its path, what may follow, what it takes and gives. */\nexport interface Routes {\n${routes.join("\n")}\n}\n`;
  return [HEAD, ...messages, table].join("\n");
}

function message(name, schema) {
  const lines = Object.entries(schema.properties).map(([key, value]) => {
    const may = schema.required?.includes(key) ? "" : "?";
    return `  ${key}${may}: ${type(value)};`;
  });
  return `${comment(schema.description)}export interface ${name} {\n${lines.join("\n")}\n}\n`;
}

function route(method, path, operation) {
  const named = (place) => (operation.parameters ?? []).filter((one) => one.in === place).map((one) => one.name);
  const varies = named("path").map((one) => JSON.stringify(one)).join(" | ") || "never";
  const query = named("query").map((one) => `${one}?: Word`).join("; ");
  const takes = operation.requestBody ? content(operation.requestBody.content) : "null";
  const given = operation.responses["200"];
  const gives = given ? content(given.content) : "null";
  const parts = `path: ${varies}; query: {${query && ` ${query} `}}; takes: ${takes}; gives: ${gives}`;
  return `  /** ${operation.summary}. */\n  "${method.toUpperCase()} ${path}": { ${parts} };`;
}

function content(kinds) {
  return "application/json" in kinds ? type(kinds["application/json"].schema) : "Blob";
}

function type(schema) {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(type))].join(" | ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  switch (schema.type) {
    case "array":
      return tuple(schema) ?? `ReadonlyArray<${type(schema.items ?? {})}>`;
    case "object":
      return `Readonly<Record<string, ${schema.additionalProperties ? type(schema.additionalProperties) : "unknown"}>>`;
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case undefined:
      return "unknown";
    default:
      throw new Error(`openapi.json: a schema of type ${schema.type}, which types.mjs does not know.`);
  }
}

function tuple(schema) {
  return schema.prefixItems ? `readonly [${schema.prefixItems.map(type).join(", ")}]` : null;
}

function comment(text) {
  if (!text) return "";
  const lines = text.replaceAll("``", "`").split("\n").map((line) => line.trim());
  return lines.length === 1 ? `/** ${lines[0]} */\n` : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}
