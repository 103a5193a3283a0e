// Talks to a server through @grpc/grpc-js and @grpc/proto-loader, as a caller would: node client.js HOST:PORT PROTOS
'use strict';
const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const [, , address, protos] = process.argv;
const files = ['ingest', 'contact', 'account', 'ranking'].map((name) => `leadgrains/v1/${name}.proto`);
const definition = protoLoader.loadSync([...files, 'grpc/health/v1/health.proto'], {
  includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true,
});
const loaded = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const open = (Service) => new Service(address, credentials);
const ingest = open(loaded.leadgrains.v1.IngestService);
const contacts = open(loaded.leadgrains.v1.ContactService);
const accounts = open(loaded.leadgrains.v1.AccountService);
const ranking = open(loaded.leadgrains.v1.RankingService);
const health = open(loaded.grpc.health.v1.Health);

const call = (client, method, request, options = {}) => new Promise((resolve, reject) => {
  client[method](request, options, (error, answer) => (error ? reject(error) : resolve(answer)));
});

const failsWith = async (code, promise) => {
  const error = await promise.then(() => assert.fail(`no error, where ${grpc.status[code]} was due`), (e) => e);
  assert.equal(grpc.status[error.code], grpc.status[code], error.message);
  return error;
};

const signal = (id, more = {}) => ({
  id, source: 'node', type: 'demo_requested', contact_id: 'node-ann', email: 'ann@node-acme.com', ...more,
});

const checks = {
  async 'health answers SERVING'() {
    assert.equal((await call(health, 'Check', {})).status, 'SERVING');
  },

  async 'a batch is recorded, its bad signal rejected'() {
    const batch = { signals: [signal('n1'), signal('n2', { type: '' }), signal('n3')] };
    const answer = await call(ingest, 'RecordSignals', batch);
    assert.equal(answer.recorded, 2);
    assert.deepEqual(answer.rejections.map((r) => [r.index, r.reason, r.field]), [[1, 'REJECTION_REASON_MISSING_FIELD', 'type']]);

    const again = await call(ingest, 'RecordSignals', batch);
    assert.deepEqual([again.recorded, again.duplicates], [0, 2]);
  },

  async 'a stream answers in order'() {
    const stream = ingest.StreamSignals();
    const answers = [];
    const ended = new Promise((resolve, reject) => {
      stream.on('data', (answer) => answers.push([answer.batch, answer.recorded]));
      stream.on('error', reject);
      stream.on('end', resolve);
    });
    for (let batch = 1; batch <= 50; batch++) {
      const signals = Array.from({ length: batch }, (_, i) => signal(`n-${batch}-${i}`, { type: 'page_viewed', contact_id: `node-${i}` }));
      stream.write({ batch, signals });
    }
    stream.end();
    await ended;
    assert.deepEqual(answers, Array.from({ length: 50 }, (_, i) => [i + 1, i + 1]));
  },

  async 'an upsert is ranked'() {
    const text = (value) => ({ kind: 'stringValue', stringValue: value });
    const traits = { fields: { title: text('Chief of Staff') } };
    const upserted = await call(contacts, 'UpsertContacts', {
      contacts: [{ contact_id: 'node-ann', email: 'ann@node-acme.com', traits }], ack_level: 'ACK_LEVEL_RANKED',
    });
    assert.equal(upserted.recorded, 1);
    await call(accounts, 'UpsertAccounts', {
      accounts: [{ account_id: 'node-acme.com', name: 'Acme', traits: { fields: { industry: text('Software') } } }],
      ack_level: 'ACK_LEVEL_RANKED',
    });
    await call(ingest, 'RecordSignals', { signals: [signal('n4')], ack_level: 'ACK_LEVEL_RANKED' });

    const people = await call(ranking, 'RankContacts', { page_size: 1 });
    assert.equal(people.contacts[0].contact_id, 'node-ann');
    assert.equal(people.contacts[0].score.fit, 60);

    const filter = { traits: { industry: { values: ['software'] } } };
    const companies = await call(ranking, 'RankAccounts', { filter });
    assert.deepEqual(companies.accounts.map((a) => [a.rank, a.account_id, a.name]), [[1, 'node-acme.com', 'Acme']]);
    assert.equal(companies.matching, 1);
  },

  async 'an explanation adds up'() {
    const { contact, parts } = await call(contacts, 'ExplainContact', { contact_id: 'node-ann' });
    const sum = (dimension) => parts.filter((p) => p.dimension === dimension).reduce((s, p) => s + p.points, 0);
    assert.ok(Math.abs(sum('DIMENSION_INTENT') - contact.score.intent_points) < 1e-9);
    assert.ok(Math.abs(sum('DIMENSION_FIT') - contact.score.fit) < 1e-9);
    assert.equal(parts.find((p) => p.rule === 'demo').count, 3);
  },

  async 'faults have their status'() {
    const many = Array.from({ length: 10001 }, (_, i) => signal(`many-${i}`, { contact_id: 'node-many' }));
    await failsWith(grpc.status.INVALID_ARGUMENT, call(ingest, 'RecordSignals', { signals: many }));
    await failsWith(grpc.status.NOT_FOUND, call(contacts, 'GetContact', { contact_id: 'node-many' }));
    await failsWith(grpc.status.INVALID_ARGUMENT, call(ranking, 'RankAccounts', { page_token: 'no token of ours' }));
    await failsWith(grpc.status.NOT_FOUND, call(contacts, 'MergeContacts', { from_contact_id: 'a', into_contact_id: 'b' }));
  },

  async 'faults tell their details'() {
    const types = new protobuf.Root();
    types.resolvePath = (_, file) => (file.startsWith(protos) ? file : `${protos}/${file}`);
    types.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
    const error = await failsWith(grpc.status.NOT_FOUND, call(accounts, 'GetAccount', { account_id: 'nobody ☺' }));
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    const status = types.lookupType('google.rpc.Status').decode(bytes);
    assert.deepEqual([status.code, status.message], [error.code, error.details]);

    const details = status.details.map((any) => types.lookupType(any.type_url.split('/')[1]).decode(any.value).toJSON());
    assert.deepEqual(details, [{ reason: 'ACCOUNT_NOT_FOUND', domain: 'leadgrains', metadata: { account_id: 'nobody ☺' } }]);
  },

  async 'a deadline ends a call'() {
    const stream = ingest.StreamSignals({ deadline: Date.now() + 500 });
    const ended = new Promise((resolve, reject) => {
      stream.on('error', reject);
      stream.on('end', resolve);
    });
    stream.on('data', () => {});
    stream.write({ batch: 1, signals: [signal('late')] });
    await failsWith(grpc.status.DEADLINE_EXCEEDED, ended);
  },
};

(async () => {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok: ${name}`);
  }
  console.log(`${Object.keys(checks).length} checks held`);
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
}).finally(() => [ingest, contacts, accounts, ranking, health].forEach((client) => client.close()));
