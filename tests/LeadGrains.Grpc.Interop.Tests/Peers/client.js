// Runs interop cases through @grpc/grpc-js: node client.js FOLDER_OF_PROTOS CASE=HOST:PORT ...
// Writes a line of JSON for each case: its name, and what was wrong, or null.
'use strict';
const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [, , protos, ...runs] = process.argv;
const definition = protoLoader.loadSync('testing.proto', { includeDirs: [protos], keepCase: true, defaults: true });
const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;

const REQUEST = 271828, RESPONSE = 314159;
const MANY_STREAMS = 100, MANY_CALLS = 200;
const LARGE_METADATA = 8 << 10, LARGE_MESSAGE = 20 << 20, OVERSIZED_MESSAGE = 25 << 20;
// Only guards against a call that never ends.
const limit = () => ({ deadline: Date.now() + 120000 });
const zeros = (size) => ({ body: Buffer.alloc(size) });
const wish = (request, ...sizes) => ({ payload: zeros(request), response_parameters: sizes.map((size) => ({ size })) });

const echoed = () => {
  const metadata = new grpc.Metadata();
  metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
  metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
};

const checkEchoed = (headers, trailers) => {
  assert.deepEqual(headers.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
  assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), [Buffer.from([0xab, 0xab, 0xab])]);
};

// Resolves to the answer of a call with one answer, with the call's metadata.
const unary = (client, method, request, metadata = new grpc.Metadata()) => new Promise((resolve, reject) => {
  let headers;
  let answer;
  const call = client[method](request, metadata, limit(), (error, value) => {
    if (error) reject(error);
    answer = value;
  });
  call.on('metadata', (value) => { headers = value; });
  call.on('status', (status) => resolve({ answer, headers, trailers: status.metadata }));
});

const input = (client, send) => new Promise((resolve, reject) => {
  const call = client.StreamingInputCall(limit(), (error, answer) => (error ? reject(error) : resolve(answer)));
  send(call);
});

// Resolves to the sizes of all answers when a stream has ended well.
const sizes = (call, onAnswer = () => {}) => new Promise((resolve, reject) => {
  const found = [];
  call.on('data', ({ payload }) => onAnswer(found.push(payload.body.length)));
  call.on('error', reject);
  call.on('end', () => resolve(found));
});

const fails = async (code, promise) => {
  const error = await promise.then(() => assert.fail(`no error where ${grpc.status[code]} was due`), (reason) => reason);
  assert.equal(grpc.status[error.code], grpc.status[code], error.message);
  return error;
};

// The library knows this flag of a message and does not export it.
const NO_COMPRESS = 2;

// What is written with the property "plain" goes out uncompressed.
class PlainMessages extends grpc.InterceptingCall {
  sendMessageWithContext(context, message) {
    super.sendMessageWithContext(message.plain ? { ...context, flags: NO_COMPRESS } : context, message);
  }
}

const compressing = {
  'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
  interceptors: [(options, next) => new PlainMessages(next(options))],
};

const cases = {
  async empty_unary({ client }) {
    assert.deepEqual((await unary(client, 'EmptyCall', {})).answer, {});
  },

  async large_unary({ client }) {
    const { answer } = await unary(client, 'UnaryCall', { response_size: RESPONSE, payload: zeros(REQUEST) });
    assert.deepEqual(answer.payload.body, Buffer.alloc(RESPONSE));
  },

  async client_compressed_unary({ client, open }) {
    const request = (value) => ({ expect_compressed: { value }, response_size: RESPONSE, payload: zeros(REQUEST) });
    await fails(grpc.status.INVALID_ARGUMENT, unary(client, 'UnaryCall', request(true)));
    // Compression is a channel's; a unary call cannot leave it out.
    for (const [chosen, value] of [[open(compressing), true], [client, false]]) {
      assert.equal((await unary(chosen, 'UnaryCall', request(value))).answer.payload.body.length, RESPONSE);
    }
  },

  async server_compressed_unary({ client }) {
    for (const value of [true, false]) {
      const { answer } = await unary(client, 'UnaryCall', {
        response_compressed: { value }, response_size: RESPONSE, payload: zeros(REQUEST),
      });
      assert.deepEqual(answer.payload.body, Buffer.alloc(RESPONSE));
    }
  },

  async client_streaming({ client }) {
    const answer = await input(client, (call) => {
      [27182, 8, 1828, 45904].forEach((size) => call.write({ payload: zeros(size) }));
      call.end();
    });
    assert.equal(answer.aggregated_payload_size, 74922);
  },

  async client_compressed_streaming({ client, open }) {
    const request = (size, value) => ({ expect_compressed: { value }, payload: zeros(size) });
    await fails(grpc.status.INVALID_ARGUMENT, input(client, (call) => call.write(request(27182, true))));
    const answer = await input(open(compressing), (call) => {
      call.write(request(27182, true));
      call.write({ ...request(45904, false), plain: true });
      call.end();
    });
    assert.equal(answer.aggregated_payload_size, 73086);
  },

  async server_streaming({ client }) {
    const found = await sizes(client.StreamingOutputCall(wish(0, 31415, 9, 2653, 58979), limit()));
    assert.deepEqual(found, [31415, 9, 2653, 58979]);
  },

  async server_compressed_streaming({ client }) {
    const found = await sizes(client.StreamingOutputCall({
      response_parameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }],
    }, limit()));
    assert.deepEqual(found, [31415, 92653]);
  },

  async ping_pong({ client }) {
    const pairs = [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]];
    const call = client.FullDuplexCall(limit());
    const found = sizes(call, (answered) => (answered < pairs.length ? call.write(wish(...pairs[answered])) : call.end()));
    call.write(wish(...pairs[0]));
    assert.deepEqual(await found, pairs.map(([, size]) => size));
  },

  async empty_stream({ client }) {
    const call = client.FullDuplexCall(limit());
    call.end();
    assert.deepEqual(await sizes(call), []);
  },

  async custom_metadata({ client }) {
    const request = { response_size: RESPONSE, payload: zeros(REQUEST) };
    const { answer, headers, trailers } = await unary(client, 'UnaryCall', request, echoed());
    assert.equal(answer.payload.body.length, RESPONSE);
    checkEchoed(headers, trailers);

    const call = client.FullDuplexCall(echoed(), limit());
    const received = {};
    call.on('metadata', (metadata) => { received.headers = metadata; });
    const ended = new Promise((resolve) => { call.on('status', resolve); });
    const found = sizes(call);
    call.write(wish(REQUEST, RESPONSE));
    call.end();
    assert.deepEqual(await found, [RESPONSE]);
    checkEchoed(received.headers, (await ended).metadata);
  },

  async status_code_and_message({ client }) {
    const response_status = { code: 2, message: 'test status message' };
    assert.equal((await fails(2, unary(client, 'UnaryCall', { response_status }))).details, response_status.message);
    const call = client.FullDuplexCall(limit());
    call.write({ response_status });
    call.end();
    assert.equal((await fails(2, sizes(call))).details, response_status.message);
  },

  async special_status_message({ client }) {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const error = await fails(2, unary(client, 'UnaryCall', { response_status: { code: 2, message } }));
    assert.equal(error.details, message);
  },

  async unimplemented_method({ client }) {
    await fails(grpc.status.UNIMPLEMENTED, unary(client, 'UnimplementedCall', {}));
  },

  async unimplemented_service({ open }) {
    await fails(grpc.status.UNIMPLEMENTED, unary(open({}, UnimplementedService), 'UnimplementedCall', {}));
  },

  async cancel_after_begin({ client }) {
    await fails(grpc.status.CANCELLED, input(client, (call) => call.cancel()));
  },

  async cancel_after_first_response({ client }) {
    const call = client.FullDuplexCall(limit());
    const found = sizes(call, () => call.cancel());
    call.write(wish(27182, 31415));
    await fails(grpc.status.CANCELLED, found);
  },

  async timeout_on_sleeping_server({ client }) {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const found = sizes(call);
    call.write(wish(27182));
    await fails(grpc.status.DEADLINE_EXCEEDED, found);
  },

  async deflate({ open }) {
    const client = open({ 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.deflate });
    const { answer } = await unary(client, 'UnaryCall', {
      expect_compressed: { value: true }, response_compressed: { value: true }, response_size: RESPONSE, payload: zeros(REQUEST),
    });
    assert.deepEqual(answer.payload.body, Buffer.alloc(RESPONSE));
  },

  async many_streams({ client }) {
    const calls = Array.from({ length: MANY_STREAMS }, () => client.FullDuplexCall(limit()));
    let answered = 0;
    const found = calls.map((call) => sizes(call, () => {
      answered += 1;
      if (answered !== MANY_STREAMS) return;
      calls.forEach((open) => {
        open.write(wish(8, 10));
        open.end();
      });
    }));
    calls.forEach((call) => call.write(wish(8, 9)));
    assert.deepEqual(await Promise.all(found), calls.map(() => [9, 10]));
  },

  async concurrent_large_unary({ client }) {
    await Promise.all(Array.from({ length: MANY_CALLS }, () => cases.large_unary({ client })));
  },

  async repeated_metadata({ client }) {
    const values = [Buffer.from([1]), Buffer.alloc(0), Buffer.from([0xff, 0x2c, 0])];
    const metadata = new grpc.Metadata();
    ['one', 'two'].forEach((value) => metadata.add('x-grpc-test-echo-initial', value));
    values.forEach((value) => metadata.add('x-grpc-test-echo-trailing-bin', value));
    const { headers, trailers } = await unary(client, 'UnaryCall', {}, metadata);
    // Node joins the values of a field; of bytes the library undoes it.
    assert.equal(headers.get('x-grpc-test-echo-initial').join(', '), 'one, two');
    assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), values);
  },

  async large_metadata({ client }) {
    const [text, bytes] = ['x'.repeat(LARGE_METADATA), Buffer.from(Array.from({ length: LARGE_METADATA }, (_, i) => i % 256))];
    const metadata = new grpc.Metadata();
    metadata.set('x-grpc-test-echo-initial', text);
    metadata.set('x-grpc-test-echo-trailing-bin', bytes);
    const { headers, trailers } = await unary(client, 'UnaryCall', {}, metadata);
    assert.deepEqual(headers.get('x-grpc-test-echo-initial'), [text]);
    assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), [bytes]);
  },

  async large_messages({ client }) {
    const { answer } = await unary(client, 'UnaryCall', { response_size: LARGE_MESSAGE, payload: zeros(LARGE_MESSAGE) });
    assert.ok(answer.payload.body.equals(Buffer.alloc(LARGE_MESSAGE)));
  },

  async oversized_messages({ client }) {
    for (const request of [{ payload: zeros(OVERSIZED_MESSAGE) }, { response_size: OVERSIZED_MESSAGE }]) {
      await fails(grpc.status.RESOURCE_EXHAUSTED, unary(client, 'UnaryCall', request));
    }
    await cases.large_unary({ client });
  },

  async early_status({ client }) {
    const call = client.FullDuplexCall(limit());
    let isOver = false;
    const found = sizes(call).finally(() => { isOver = true; });
    call.write({ response_status: { code: 9, message: 'enough' } });
    const writeOn = () => { if (!isOver) call.write(wish(65536), () => setImmediate(writeOn)); };
    writeOn();
    assert.equal((await fails(grpc.status.FAILED_PRECONDITION, found)).details, 'enough');
  },

  async keepalive({ open }) {
    const client = open({ 'grpc.keepalive_time_ms': 100 });
    const call = client.StreamingOutputCall({ response_parameters: [{ size: 9, interval_us: 1500000 }] }, limit());
    assert.deepEqual(await sizes(call), [9]);
  },

  // Calls until another server answers; a stream that was open before goes on meanwhile, to its end.
  async drain({ client }) {
    const call = client.FullDuplexCall(limit());
    let onFirst;
    const begun = new Promise((resolve) => { onFirst = resolve; });
    const found = sizes(call, onFirst);
    call.write(wish(8, 9));
    await begun;
    const serverId = async () => (await unary(client, 'UnaryCall', { fill_server_id: true, response_size: 9 })).answer.server_id;
    const first = await serverId();
    await Promise.all(Array.from({ length: 4 }, async () => {
      while (await serverId() === first);
    }));
    call.write(wish(8, 10));
    call.end();
    assert.deepEqual(await found, [9, 10]);
  },
};

const run = async (name, address) => {
  const opened = [];
  const open = (options, Service = TestService) => {
    // Channels that share a connection would share the tap's view of it as well.
    const client = new Service(address, grpc.credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': 24 << 20, ...options,
    });
    opened.push(client);
    return client;
  };
  try {
    await cases[name]({ client: open({}), open });
    return null;
  } catch (error) {
    return error.stack;
  } finally {
    opened.forEach((client) => client.close());
  }
};

(async () => {
  for (const argument of runs) {
    const [name, address] = argument.split('=');
    console.log(JSON.stringify({ case: name, fault: await run(name, address) }));
  }
})();
