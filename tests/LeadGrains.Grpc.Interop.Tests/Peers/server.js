// Serves grpc.testing.TestService on @grpc/grpc-js: node server.js FOLDER_OF_PROTOS [OPTION=NUMBER ...]
// Says "listening PORT" and serves until it is ended.
'use strict';
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [, , protos, ...options] = process.argv;
const definition = protoLoader.loadSync('testing.proto', { includeDirs: [protos], keepCase: true });
const { TestService } = grpc.loadPackageDefinition(definition).grpc.testing;

const zeros = (size) => ({ body: Buffer.alloc(size ?? 0) });
const sleep = (microseconds) => new Promise((resolve) => { setTimeout(resolve, microseconds / 1000); });

const fault = (code, details, metadata) => Object.assign(new Error(details), { code, details, metadata });

// Sends the headers, with what the client wants echoed in them; gives the trailers.
const begin = (call) => {
  const echo = (key) => {
    const metadata = new grpc.Metadata();
    call.metadata.get(key).forEach((value) => metadata.add(key, value));
    return metadata;
  };
  call.sendMetadata(echo('x-grpc-test-echo-initial'));
  return echo('x-grpc-test-echo-trailing-bin');
};

const failIfAsked = ({ response_status: status }, trailers) => {
  if (status) throw fault(status.code, status.message, trailers);
};

// The library shows handlers no flag of a message, and its interceptors no encoding; the call's own field has it.
const expect = (call, request, trailers) => {
  if (request.expect_compressed?.value && call.metadata.get('call-encoding')[0] === 'identity') {
    throw fault(grpc.status.INVALID_ARGUMENT, 'The message should be compressed and is not.', trailers);
  }
};
const showEncoding = (method, call) => new grpc.ServerInterceptingCall(call, new grpc.ResponderBuilder().withStart((next) => {
  next(new grpc.ServerListenerBuilder().withOnReceiveMetadata((metadata, pass) => {
    metadata.set('call-encoding', call.incomingEncoding);
    pass(metadata);
  }).build());
}).build());

const answer = async (call, request) => {
  for (const { size, interval_us: interval } of request.response_parameters) {
    if (interval) await sleep(interval);
    call.write({ payload: zeros(size) });
  }
};

// Serves a call with a stream of answers: for each request, and for all of them at the end.
const stream = (onRequest, onEnd = async () => {}) => (call) => {
  const trailers = begin(call);
  let last = Promise.resolve();
  const follow = (step) => { last = last.then(step).catch((error) => call.emit('error', error)); };
  call.on('data', (request) => follow(() => onRequest(call, request, trailers)));
  call.on('end', () => follow(async () => {
    await onEnd(call);
    call.end(trailers);
  }));
};

// The half-duplex calls' requests, until the last has come.
const kept = new WeakMap();

const service = {
  EmptyCall(call, callback) {
    callback(null, {}, begin(call));
  },

  UnaryCall(call, callback) {
    const trailers = begin(call);
    try {
      expect(call, call.request, trailers);
      failIfAsked(call.request, trailers);
      callback(null, { payload: zeros(call.request.response_size) }, trailers);
    } catch (error) {
      callback(error);
    }
  },

  StreamingInputCall(call, callback) {
    const trailers = begin(call);
    let size = 0;
    call.on('data', (request) => {
      try {
        expect(call, request, trailers);
        size += request.payload.body.length;
      } catch (error) {
        callback(error);
      }
    });
    call.on('end', () => callback(null, { aggregated_payload_size: size }, trailers));
    },

  async StreamingOutputCall(call) {
    const trailers = begin(call);
    try {
      failIfAsked(call.request, trailers);
      await answer(call, call.request);
      call.end(trailers);
    } catch (error) {
      call.emit('error', error);
    }
  },

  FullDuplexCall: stream(async (call, request, trailers) => {
    failIfAsked(request, trailers);
    await answer(call, request);
  }),

  HalfDuplexCall: stream(async (call, request) => {
    kept.set(call, [...(kept.get(call) ?? []), request]);
  }, async (call) => {
    for (const request of kept.get(call) ?? []) await answer(call, request);
  }),
};

const chosen = options.map((option) => option.split('=')).map(([name, number]) => [name, Number(number)]);
const server = new grpc.Server({
  interceptors: [showEncoding], 'grpc.max_receive_message_length': 24 << 20, ...Object.fromEntries(chosen),
});
server.addService(TestService.service, service);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`listening ${port}`);
});
