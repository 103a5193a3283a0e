// Watches health through @grpc/grpc-js until the server ends the watch, one line an event: node watch.js HOST:PORT PROTOS SERVICE
'use strict';
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [, , address, protos, service] = process.argv;
const definition = protoLoader.loadSync('grpc/health/v1/health.proto', { includeDirs: [protos], enums: String, defaults: true });
const { Health } = grpc.loadPackageDefinition(definition).grpc.health.v1;
const health = new Health(address, grpc.credentials.createInsecure());

const watch = health.Watch({ service });
watch.on('data', ({ status }) => console.log(status));
watch.on('error', ({ code }) => console.log(`ended ${grpc.status[code]}`));
watch.on('status', () => health.close());
