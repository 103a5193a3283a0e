"""Serves grpc.testing.TestService on python3-grpcio: server.py FOLDER_OF_GENERATED_MESSAGES [OPTION=NUMBER ...]

Says "listening PORT" and serves until it is ended."""
import sys
import time
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[1])
import testing_pb2 as pb  # noqa: E402

ECHO_INITIAL, ECHO_TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
CODES = {code.value[0]: code for code in grpc.StatusCode}


def begin(context, compressed=False):
    if compressed:
        context.set_compression(grpc.Compression.Gzip)
    echoed = [entry for entry in context.invocation_metadata() if entry.key == ECHO_INITIAL]
    context.send_initial_metadata([(entry.key, entry.value) for entry in echoed])
    echoed = [entry for entry in context.invocation_metadata() if entry.key == ECHO_TRAILING]
    context.set_trailing_metadata([(entry.key, entry.value) for entry in echoed])


def abort_if_asked(request, context):
    if request.HasField("response_status"):
        context.abort(CODES[request.response_status.code], request.response_status.message)


def answers(request, context):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        if not parameters.compressed.value:
            context.disable_next_message_compression()
        yield pb.StreamingOutputCallResponse(payload=pb.Payload(body=bytes(parameters.size)))


def empty_call(request, context):
    begin(context)
    return pb.Empty()


def unary_call(request, context):
    begin(context, compressed=request.response_compressed.value)
    abort_if_asked(request, context)
    return pb.SimpleResponse(payload=pb.Payload(body=bytes(request.response_size)))


def streaming_input_call(requests, context):
    begin(context)
    size = sum(len(request.payload.body) for request in requests)
    return pb.StreamingInputCallResponse(aggregated_payload_size=size)


def streaming_output_call(request, context):
    begin(context, compressed=any(parameters.compressed.value for parameters in request.response_parameters))
    abort_if_asked(request, context)
    yield from answers(request, context)


def full_duplex_call(requests, context):
    begin(context)
    for request in requests:
        abort_if_asked(request, context)
        yield from answers(request, context)


def half_duplex_call(requests, context):
    begin(context)
    for request in list(requests):
        yield from answers(request, context)


def handler(kind, method, request, response):
    return kind(method, request.FromString, response.SerializeToString)


options = [("grpc.max_receive_message_length", 24 << 20), ("grpc.max_metadata_size", 64 << 10)]
for argument in sys.argv[2:]:
    name, number = argument.split("=")
    options.append((name, int(number)))
# A thread for each of the streams that are open at once.
server = grpc.server(futures.ThreadPoolExecutor(128), options=options)
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("grpc.testing.TestService", {
    "EmptyCall": handler(grpc.unary_unary_rpc_method_handler, empty_call, pb.Empty, pb.Empty),
    "UnaryCall": handler(grpc.unary_unary_rpc_method_handler, unary_call, pb.SimpleRequest, pb.SimpleResponse),
    "StreamingInputCall": handler(
        grpc.stream_unary_rpc_method_handler, streaming_input_call,
        pb.StreamingInputCallRequest, pb.StreamingInputCallResponse),
    "StreamingOutputCall": handler(
        grpc.unary_stream_rpc_method_handler, streaming_output_call,
        pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse),
    "FullDuplexCall": handler(
        grpc.stream_stream_rpc_method_handler, full_duplex_call,
        pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse),
    "HalfDuplexCall": handler(
        grpc.stream_stream_rpc_method_handler, half_duplex_call,
        pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse),
})])
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print("listening", port, flush=True)
server.wait_for_termination()
