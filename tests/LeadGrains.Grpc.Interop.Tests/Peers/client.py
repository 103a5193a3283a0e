"""Runs interop cases through python3-grpcio: client.py FOLDER_OF_GENERATED_MESSAGES CASE=HOST:PORT ...

Writes a line of JSON for each case: its name, and what was wrong, or null."""
import contextlib
import json
import random
import sys
import threading
import time
import traceback
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[1])
import testing_pb2 as pb  # noqa: E402

REQUEST, RESPONSE = 271828, 314159
MANY_STREAMS, MANY_CALLS = 100, 200
LARGE_METADATA, LARGE_MESSAGE, OVERSIZED_MESSAGE = 8 << 10, 20 << 20, 25 << 20
# Only guards against a call that never ends.
LIMIT = 120
ECHOED = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"))


def zeros(size):
    return pb.Payload(body=bytes(size))


def same(found, due):
    assert found == due, f"{found!r} where {due!r} was due"


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        same(error.code(), code)
        return error
    raise AssertionError(f"no error where {code} was due")


def check_echoed(call):
    same(dict(call.initial_metadata())[ECHOED[0][0]], ECHOED[0][1])
    same(dict(call.trailing_metadata())[ECHOED[1][0]], ECHOED[1][1])


def wish(request, *responses):
    parameters = [pb.ResponseParameters(size=size) for size in responses]
    return pb.StreamingOutputCallRequest(payload=zeros(request), response_parameters=parameters)


def sizes(responses):
    return [len(response.payload.body) for response in responses]


class Client:
    """The methods of grpc.testing as grpcio's callables."""

    def __init__(self, channel):
        def method(kind, name, request, response, service="TestService"):
            return kind(f"/grpc.testing.{service}/{name}", request.SerializeToString, response.FromString)

        self.empty = method(channel.unary_unary, "EmptyCall", pb.Empty, pb.Empty)
        self.unary = method(channel.unary_unary, "UnaryCall", pb.SimpleRequest, pb.SimpleResponse)
        self.input = method(channel.stream_unary, "StreamingInputCall", pb.StreamingInputCallRequest, pb.StreamingInputCallResponse)
        self.output = method(channel.unary_stream, "StreamingOutputCall", pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse)
        self.duplex = method(channel.stream_stream, "FullDuplexCall", pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse)
        self.unimplemented = method(channel.unary_unary, "UnimplementedCall", pb.Empty, pb.Empty)
        self.unimplemented_service = method(channel.unary_unary, "UnimplementedCall", pb.Empty, pb.Empty, "UnimplementedService")


def empty_unary(client):
    same(client.empty(pb.Empty(), timeout=LIMIT), pb.Empty())


def large_unary(client):
    response = client.unary(pb.SimpleRequest(response_size=RESPONSE, payload=zeros(REQUEST)), timeout=LIMIT)
    assert response.payload == zeros(RESPONSE), f"{len(response.payload.body)} bytes"


def client_compressed_unary(client):
    def call(expected, compression):
        request = pb.SimpleRequest(
            expect_compressed=pb.BoolValue(value=expected), response_size=RESPONSE, payload=zeros(REQUEST))
        same(len(client.unary(request, timeout=LIMIT, compression=compression).payload.body), RESPONSE)

    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(True, grpc.Compression.NoCompression))
    call(True, grpc.Compression.Gzip)
    call(False, grpc.Compression.NoCompression)


def server_compressed_unary(client):
    for compressed in (True, False):
        request = pb.SimpleRequest(
            response_compressed=pb.BoolValue(value=compressed), response_size=RESPONSE, payload=zeros(REQUEST))
        same(client.unary(request, timeout=LIMIT).payload, zeros(RESPONSE))


def client_streaming(client):
    requests = [pb.StreamingInputCallRequest(payload=zeros(size)) for size in (27182, 8, 1828, 45904)]
    same(client.input(iter(requests), timeout=LIMIT).aggregated_payload_size, 74922)


def client_compressed_streaming(client):
    def request(payload, expected):
        return pb.StreamingInputCallRequest(expect_compressed=pb.BoolValue(value=expected), payload=payload)

    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: client.input(iter([request(zeros(27182), True)]), timeout=LIMIT))
    # grpcio's clients cannot leave one message of a compressed call plain. Its core does so by itself with one that
    # compression does not shrink, hence noise where the case has zeros.
    noise = pb.Payload(body=random.Random(45904).randbytes(45904))
    requests = [request(zeros(27182), True), request(noise, False)]
    response = client.input(iter(requests), timeout=LIMIT, compression=grpc.Compression.Gzip)
    same(response.aggregated_payload_size, 73086)


def server_streaming(client):
    same(sizes(client.output(wish(0, 31415, 9, 2653, 58979), timeout=LIMIT)), [31415, 9, 2653, 58979])


def server_compressed_streaming(client):
    parameters = [
        pb.ResponseParameters(compressed=pb.BoolValue(value=compressed), size=size)
        for compressed, size in ((True, 31415), (False, 92653))
    ]
    request = pb.StreamingOutputCallRequest(response_parameters=parameters)
    same(sizes(client.output(request, timeout=LIMIT)), [31415, 92653])


def ping_pong(client):
    pairs = ((27182, 31415), (8, 9), (1828, 2653), (45904, 58979))
    answered = []

    def requests():
        for number, (request, response) in enumerate(pairs):
            yield wish(request, response)
            while len(answered) <= number:
                time.sleep(0.001)

    call = client.duplex(requests(), timeout=LIMIT)
    for response in call:
        answered.append(len(response.payload.body))
    same(answered, [response for _, response in pairs])
    same(call.code(), grpc.StatusCode.OK)


def empty_stream(client):
    same(list(client.duplex(iter(()), timeout=LIMIT)), [])


def custom_metadata(client):
    request = pb.SimpleRequest(response_size=RESPONSE, payload=zeros(REQUEST))
    response, unary = client.unary.with_call(request, metadata=ECHOED, timeout=LIMIT)
    same(len(response.payload.body), RESPONSE)
    check_echoed(unary)

    duplex = client.duplex(iter([wish(REQUEST, RESPONSE)]), metadata=ECHOED, timeout=LIMIT)
    same(sizes(duplex), [RESPONSE])
    check_echoed(duplex)


def status_code_and_message(client):
    status = pb.EchoStatus(code=2, message="test status message")
    error = fails(grpc.StatusCode.UNKNOWN, lambda: client.unary(pb.SimpleRequest(response_status=status), timeout=LIMIT))
    same(error.details(), status.message)
    request = pb.StreamingOutputCallRequest(response_status=status)
    error = fails(grpc.StatusCode.UNKNOWN, lambda: list(client.duplex(iter([request]), timeout=LIMIT)))
    same(error.details(), status.message)


def special_status_message(client):
    message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message=message))
    same(fails(grpc.StatusCode.UNKNOWN, lambda: client.unary(request, timeout=LIMIT)).details(), message)


def unimplemented_method(client):
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: client.unimplemented(pb.Empty(), timeout=LIMIT))


def unimplemented_service(client):
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: client.unimplemented_service(pb.Empty(), timeout=LIMIT))


@contextlib.contextmanager
def held_open(request):
    """One request, and no end of them until the case is over. grpcio asks for them before it has given the call back."""
    over = threading.Event()

    def requests():
        yield request
        over.wait(LIMIT)

    try:
        yield requests()
    finally:
        over.set()


def cancel_after_begin(client):
    def never():
        time.sleep(LIMIT)
        yield pb.StreamingInputCallRequest()

    call = client.input.future(never(), timeout=LIMIT)
    call.cancel()
    same(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(client):
    with held_open(wish(27182, 31415)) as requests:
        call = client.duplex(requests, timeout=LIMIT)
        same(len(next(call).payload.body), 31415)
        call.cancel()
        fails(grpc.StatusCode.CANCELLED, lambda: next(call))
        same(call.code(), grpc.StatusCode.CANCELLED)


def timeout_on_sleeping_server(client):
    with held_open(wish(27182)) as requests:
        call = client.duplex(requests, timeout=0.001)
        fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))


def deflate(client):
    yes = pb.BoolValue(value=True)
    request = pb.SimpleRequest(
        expect_compressed=yes, response_compressed=yes, response_size=RESPONSE, payload=zeros(REQUEST))
    same(client.unary(request, timeout=LIMIT, compression=grpc.Compression.Deflate).payload, zeros(RESPONSE))


def many_streams(client):
    all_answered = threading.Event()

    def requests():
        yield wish(8, 9)
        all_answered.wait(LIMIT)
        yield wish(8, 10)

    calls = [client.duplex(requests(), timeout=LIMIT) for _ in range(MANY_STREAMS)]
    same([len(next(call).payload.body) for call in calls], [9] * MANY_STREAMS)
    all_answered.set()
    same([sizes(call) for call in calls], [[10]] * MANY_STREAMS)


def concurrent_large_unary(client):
    request = pb.SimpleRequest(response_size=RESPONSE, payload=zeros(REQUEST))
    for call in [client.unary.future(request, timeout=LIMIT) for _ in range(MANY_CALLS)]:
        same(len(call.result().payload.body), RESPONSE)


def repeated_metadata(client):
    text, data = ECHOED[0][0], ECHOED[1][0]
    metadata = ((text, "one"), (text, "two"), (data, b"\x01"), (data, b""), (data, b"\xff\x2c\x00"))
    _, call = client.unary.with_call(pb.SimpleRequest(), metadata=metadata, timeout=LIMIT)
    same([value for key, value in call.initial_metadata() if key == text], ["one", "two"])
    same([value for key, value in call.trailing_metadata() if key == data], [b"\x01", b"", b"\xff\x2c\x00"])


def large_metadata(client):
    text, data = "x" * LARGE_METADATA, bytes(i % 256 for i in range(LARGE_METADATA))
    metadata = ((ECHOED[0][0], text), (ECHOED[1][0], data))
    _, call = client.unary.with_call(pb.SimpleRequest(), metadata=metadata, timeout=LIMIT)
    assert dict(call.initial_metadata())[ECHOED[0][0]] == text, "another text came back"
    assert dict(call.trailing_metadata())[ECHOED[1][0]] == data, "other bytes came back"


def large_messages(client):
    request = pb.SimpleRequest(response_size=LARGE_MESSAGE, payload=zeros(LARGE_MESSAGE))
    assert client.unary(request, timeout=LIMIT).payload == zeros(LARGE_MESSAGE), "another payload came back"


def oversized_messages(client):
    for request in pb.SimpleRequest(payload=zeros(OVERSIZED_MESSAGE)), pb.SimpleRequest(response_size=OVERSIZED_MESSAGE):
        fails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: client.unary(request, timeout=LIMIT))
    large_unary(client)


def early_status(client):
    begun = threading.Event()

    def requests():
        # grpcio asks for requests on a thread of its own, before it has given the call back.
        yield pb.StreamingOutputCallRequest(response_status=pb.EchoStatus(code=9, message="enough"))
        begun.wait(LIMIT)
        while call.is_active():
            yield wish(65536)

    call = client.duplex(requests(), timeout=LIMIT)
    begun.set()
    same(fails(grpc.StatusCode.FAILED_PRECONDITION, lambda: list(call)).details(), "enough")


def keepalive(client):
    request = pb.StreamingOutputCallRequest(response_parameters=[pb.ResponseParameters(size=9, interval_us=1500000)])
    same(sizes(client.output(request, timeout=LIMIT)), [9])


def drain(client):
    """Calls until another server answers; a stream that was open before goes on meanwhile, to its end."""
    drained = threading.Event()

    def requests():
        yield wish(8, 9)
        drained.wait(LIMIT)
        yield wish(8, 10)

    def server_id():
        request = pb.SimpleRequest(fill_server_id=True, response_size=9, payload=zeros(8))
        return client.unary(request, timeout=LIMIT).server_id

    call = client.duplex(requests(), timeout=LIMIT)
    same(len(next(call).payload.body), 9)
    first = server_id()

    def call_until_another(_):
        while server_id() == first:
            pass

    with futures.ThreadPoolExecutor(4) as callers:
        list(callers.map(call_until_another, range(4)))
    drained.set()
    same(sizes(call), [10])


OPTIONS = [("grpc.max_receive_message_length", 24 << 20), ("grpc.max_metadata_size", 64 << 10)]
KEEPALIVE = [("grpc.keepalive_time_ms", 100), ("grpc.http2.max_pings_without_data", 0)]


def run(name, address):
    with grpc.insecure_channel(address, OPTIONS + (KEEPALIVE if name == "keepalive" else [])) as channel:
        try:
            globals()[name](Client(channel))
            return None
        except Exception:
            return traceback.format_exc()


for argument in sys.argv[2:]:
    name, address = argument.split("=")
    print(json.dumps({"case": name, "fault": run(name, address)}, separators=(",", ":")), flush=True)
