// One call over TLS through @grpc/grpc-js: node client.js HOST:PORT PROTOS CA [CERTIFICATE KEY]
'use strict';
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [, , address, protos, ...files] = process.argv;
const { grpc: { health: { v1: { Health } } } } = grpc.loadPackageDefinition(
  protoLoader.loadSync('grpc/health/v1/health.proto', { includeDirs: [protos], enums: String }));
const [authority, certificate, key] = files.map((file) => fs.readFileSync(file));
const client = new Health(address, grpc.credentials.createSsl(authority, key ?? null, certificate ?? null));
client.check({}, { deadline: Date.now() + 10000 }, (error, answer) => {
  console.log(error ? `failed: ${grpc.status[error.code]}` : `health: ${answer.status}`);
  client.close();
});
