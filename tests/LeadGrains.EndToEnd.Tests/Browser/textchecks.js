// The same server through grpc-web, in text mode: base64 through XMLHttpRequest, which only a page has.
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import { GetContactRequestSchema, GetContactResponseSchema } from './gen/leadgrains/v1/contact_pb.js';
import { RankAccountsRequestSchema, RankAccountsResponseSchema } from './gen/leadgrains/v1/ranking_pb.js';
import { HealthCheckRequestSchema, HealthCheckResponseSchema } from './gen/grpc/health/v1/health_pb.js';
import { equal } from './checks.js';

export const run = async (baseUrl, say, { GrpcWebClientBase, MethodDescriptor, MethodType, StatusCode }) => {
  const client = new GrpcWebClientBase({ format: 'text' });
  const method = (path, type, request, response) => new MethodDescriptor(
    path, type, Object, Object, (message) => toBinary(request, message), (bytes) => fromBinary(response, bytes));
  const call = (path, request, message, response) => client.unaryCall(
    `${baseUrl}${path}`, create(request, message), {}, method(path, MethodType.UNARY, request, response));

  const page = await call('/leadgrains.v1.RankingService/RankAccounts', RankAccountsRequestSchema, { pageSize: 1 }, RankAccountsResponseSchema);
  equal(page.accounts.map((a) => [a.rank, a.accountId]), [[1, 'web-acme.com']]);
  say('ok: a ranking comes as text');

  const missing = call('/leadgrains.v1.ContactService/GetContact', GetContactRequestSchema, { contactId: 'nobody' }, GetContactResponseSchema);
  equal(await missing.then(() => 'no error', (error) => error.code), StatusCode.NOT_FOUND);
  say('ok: a fault comes as text');

  const watch = '/grpc.health.v1.Health/Watch';
  await new Promise((resolve, reject) => {
    const stream = client.serverStreaming(
      `${baseUrl}${watch}`, create(HealthCheckRequestSchema), {}, method(watch, MethodType.SERVER_STREAMING, HealthCheckRequestSchema, HealthCheckResponseSchema));
    stream.on('error', reject);
    stream.on('data', ({ status }) => {
      stream.cancel();
      resolve(equal(status, 1));
    });
  });
  say('ok: a stream comes as text');
};
