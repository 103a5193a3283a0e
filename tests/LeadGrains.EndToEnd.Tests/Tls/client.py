"""One call over TLS through grpcio: client.py HOST:PORT CA [CERTIFICATE KEY]"""
import sys

import grpc

address, *files = sys.argv[1:]
authority, certificate, key = ([open(file, "rb").read() for file in files] + [None, None])[:3]
credentials = grpc.ssl_channel_credentials(authority, key, certificate)
with grpc.secure_channel(address, credentials) as channel:
    # The messages are short enough to be read as they are: an empty request, and the field 1 of the answer.
    check = channel.unary_unary("/grpc.health.v1.Health/Check")
    try:
        print("health:", {b"\x08\x01": "SERVING"}.get(check(b"", timeout=10), "?"))
    except grpc.RpcError as error:
        print("failed:", error.code().name)
