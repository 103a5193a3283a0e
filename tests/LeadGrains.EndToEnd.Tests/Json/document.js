// Takes the server's own description at its word: checks it with a validator that others wrote, calls everything that is
// in it with its examples, and checks what is sent and answered against its schemas, in which nothing unknown is allowed.
const { createRequire } = require('node:module');
const path = require('node:path');

const server = process.argv[2];
const modules = createRequire(path.join(process.argv[3], 'x.js'));
const Ajv = modules('ajv/dist/2020').default;
const addFormats = modules('ajv-formats').default;

const fail = (message) => {
  console.log(message);
  process.exit(1);
};

function strict(schemas) {
  for (const schema of Object.values(schemas)) {
    if (schema.properties && schema.additionalProperties === undefined) schema.additionalProperties = false;
  }
}

function checker(document) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('uint32', { type: 'number', validate: (n) => Number.isInteger(n) && n >= 0 && n < 2 ** 32 });
  for (const format of ['int64', 'uint64']) ajv.addFormat(format, /^-?\d+$/);
  ajv.addSchema({ $id: 'api', components: document.components });
  return (what, schema, value) => {
    const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'));
    if (!ajv.validate(rooted, value)) fail(`${what}: ${ajv.errorsText()}\n${JSON.stringify(value)}`);
  };
}

function requestOf(check, route, method, operation) {
  const query = [];
  let url = route;
  for (const parameter of operation.parameters ?? []) {
    if (parameter.example === undefined && parameter.in === 'query') continue;
    const example = parameter.example ?? (parameter.schema.type === 'string' ? 'ann' : 1);
    check(`${route} ${parameter.name}`, parameter.schema, example);
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(example));
    else for (const value of [example].flat()) query.push(`${parameter.name}=${encodeURIComponent(value)}`);
  }

  const init = { method, headers: { 'grpc-timeout': '2S' } };
  for (const [type, { schema, example }] of Object.entries(operation.requestBody?.content ?? {})) {
    if (example !== undefined) check(`${method} ${route} request`, schema, example);
    init.headers['content-type'] = type;
    init.body = JSON.stringify(example ?? {});
  }

  return [`${server}${url}${query.length ? `?${query.join('&')}` : ''}`, init];
}

async function answer(check, route, method, operation) {
  const response = await fetch(...requestOf(check, route, method, operation));
  const text = await response.text();
  const type = response.headers.get('content-type');
  if (response.status >= 500) fail(`${method} ${route}: ${response.status} ${text}`);
  const described = response.ok ? operation.responses['200'] : operation.responses.default;
  const content = described.content[type] ?? fail(`${method} ${route}: the type ${type} is not described`);
  const documents = type === 'application/json' ? [text] : text.split('\n').filter((line) => line);
  for (const document of documents) check(`${method} ${route} ${response.status}`, content.schema, JSON.parse(document));
  if (content.example !== undefined) check(`${method} ${route} example`, content.schema, content.example);
  console.log(`${method} ${route} ${response.status} ${documents.length}`);
  return response.ok;
}

async function main() {
  const document = await (await fetch(`${server}/openapi.json`)).json();
  const { Validator } = await import(modules.resolve('@seriousme/openapi-schema-validator'));
  const validity = await new Validator().validate(structuredClone(document));
  if (!validity.valid) fail(JSON.stringify(validity.errors, null, 1));
  strict(document.components.schemas);
  const check = checker(document);

  const operations = [];
  for (const [route, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) operations.push([route, method.toUpperCase(), operation]);
  }

  // What brings something in comes first, so that the rest finds it.
  operations.sort((a, b) => (b[1] === 'POST' && !b[0].includes(':')) - (a[1] === 'POST' && !a[0].includes(':')));
  let well = 0;
  for (const [route, method, operation] of operations) well += await answer(check, route, method, operation);
  const names = new Set(operations.map(([, , operation]) => operation.operationId));
  if (names.size !== operations.length) fail('two operations have one name');
  console.log(`${operations.length} operations, ${well} well`);
}

main().catch((error) => fail(error.stack));
