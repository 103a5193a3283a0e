// What a caller finds over gRPC-Web, in Node and in a page alike: @connectrpc/connect-web, binary, through fetch.
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { ContactService } from './gen/leadgrains/v1/contact_pb.js';
import { AckLevel, IngestService } from './gen/leadgrains/v1/ingest_pb.js';
import { BadRequestSchema } from './gen/google/rpc/error_details_pb.js';
import { RankingService } from './gen/leadgrains/v1/ranking_pb.js';
import { Health, HealthCheckResponse_ServingStatus as Serving } from './gen/grpc/health/v1/health_pb.js';

export const equal = (actual, expected) => {
  const [a, e] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== e) throw new Error(`${a}, where ${e} was due`);
};

const signal = (id, more = {}) => ({ id, source: 'web', type: 'demo_requested', contactId: 'web-ann', email: 'ann@web-acme.com', ...more });

const failsWith = async (code, promise) => {
  const error = ConnectError.from(await promise.then(() => new Error('no error'), (e) => e));
  equal(Code[error.code], Code[code]);
  return error;
};

const open = (baseUrl) => {
  const transport = createGrpcWebTransport({ baseUrl });
  return Object.fromEntries(Object.entries({ ingest: IngestService, contacts: ContactService, ranking: RankingService, health: Health })
    .map(([name, service]) => [name, createClient(service, transport)]));
};

const checks = {
  async 'a batch is recorded, its bad signal rejected'({ ingest }) {
    const signals = [signal('w1'), signal('w2', { type: '' }), signal('w3')];
    const answer = await ingest.recordSignals({ signals, ackLevel: AckLevel.RANKED });
    equal([answer.recorded, answer.duplicates], [2, 0]);
    equal(answer.rejections.map((r) => [r.index, r.field]), [[1, 'type']]);
  },

  async 'the ranking shows it'({ ranking }) {
    const { accounts } = await ranking.rankAccounts({ pageSize: 1 });
    equal(accounts.map((a) => [a.rank, a.accountId]), [[1, 'web-acme.com']]);
  },

  async 'a large batch goes through'({ ingest }) {
    const signals = Array.from({ length: 10000 }, (_, i) => signal(`large-${i}`, { contactId: `web-${i % 100}`, attributes: { url: '/'.repeat(50) } }));
    equal((await ingest.recordSignals({ signals })).recorded, 10000);
  },

  async 'faults have their status and text'({ ingest, contacts }) {
    const signals = Array.from({ length: 10001 }, (_, i) => signal(`many-${i}`));
    const [details] = (await failsWith(Code.InvalidArgument, ingest.recordSignals({ signals }))).findDetails(BadRequestSchema);
    equal(details.fieldViolations.map((violation) => violation.field), ['signals']);
    const error = await failsWith(Code.NotFound, contacts.getContact({ contactId: 'niemand ü' }));
    if (!error.rawMessage.includes('niemand ü')) throw new Error(error.rawMessage);
    await failsWith(Code.NotFound, contacts.mergeContacts({ fromContactId: 'a', intoContactId: 'b' }));
  },

  async 'a stream shows each message at once'({ health }) {
    for await (const { status } of health.watch({})) {
      equal(Serving[status], 'SERVING');
      break; // The server's stream has no end; leaving it is the caller's.
    }
  },
};

export const run = async (baseUrl, say) => {
  const clients = open(baseUrl);
  for (const [name, check] of Object.entries(checks)) {
    await check(clients);
    say(`ok: ${name}`);
  }
  say(`${Object.keys(checks).length} checks held`);
};
