"""Talks to a server through python3-grpcio, as a caller would: client.py HOST:PORT FOLDER_OF_GENERATED_MESSAGES"""
import sys
import time

import grpc

address, generated = sys.argv[1:3]
# Behind grpcio, whose package has the name of the health protocol's folder.
sys.path.append(generated)
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from leadgrains.v1 import account_pb2, contact_pb2, ingest_pb2, ranking_pb2, score_pb2, signal_pb2  # noqa: E402

channel = grpc.insecure_channel(address)
ALWAYS = 30


def unary(service, method, request, response, timeout=ALWAYS):
    path = f"/leadgrains.v1.{service}/{method}"
    return channel.unary_unary(path, type(request).SerializeToString, response.FromString)(request, timeout=timeout)


def stream(requests, timeout=ALWAYS):
    return channel.stream_stream(
        "/leadgrains.v1.IngestService/StreamSignals",
        ingest_pb2.StreamSignalsRequest.SerializeToString,
        ingest_pb2.StreamSignalsResponse.FromString,
    )(requests, timeout=timeout)


def fails_with(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()} where {code} was due: {error.details()}"
        return error
    raise AssertionError(f"no error, where {code} was due")


def signal(id, **more):
    fields = {"source": "python", "type": "demo_requested", "contact_id": "py-ann", "email": "ann@py-acme.com", **more}
    return signal_pb2.Signal(id=id, **fields)


def record(signals, ack_level=ingest_pb2.ACK_LEVEL_RECORDED):
    request = ingest_pb2.RecordSignalsRequest(signals=signals, ack_level=ack_level)
    return unary("IngestService", "RecordSignals", request, ingest_pb2.RecordSignalsResponse)


def health_answers_serving():
    check = channel.unary_unary("/grpc.health.v1.Health/Check", bytes, bytes)
    assert check(b"", timeout=ALWAYS) == b"\x08\x01"


def a_batch_is_recorded_its_bad_signal_rejected():
    batch = [signal("p1"), signal("p2", type=""), signal("p3")]
    answer = record(batch)
    assert answer.recorded == 2, answer
    rejected = [(r.index, r.reason, r.field) for r in answer.rejections]
    assert rejected == [(1, ingest_pb2.REJECTION_REASON_MISSING_FIELD, "type")], rejected
    again = record(batch)
    assert (again.recorded, again.duplicates) == (0, 2), again


def a_stream_answers_in_order():
    def batches():
        for batch in range(1, 51):
            signals = [signal(f"p-{batch}-{i}", type="page_viewed", contact_id=f"py-{i}") for i in range(batch)]
            yield ingest_pb2.StreamSignalsRequest(batch=batch, signals=signals)

    answers = [(answer.batch, answer.recorded) for answer in stream(batches())]
    assert answers == [(n, n) for n in range(1, 51)], answers


def an_upsert_is_ranked():
    contact = contact_pb2.ContactTraits(contact_id="py-ann", email="ann@py-acme.com")
    contact.traits["title"] = "Chief of Staff"
    request = contact_pb2.UpsertContactsRequest(contacts=[contact], ack_level=ingest_pb2.ACK_LEVEL_RANKED)
    assert unary("ContactService", "UpsertContacts", request, contact_pb2.UpsertContactsResponse).recorded == 1

    account = account_pb2.AccountTraits(account_id="py-acme.com", name="Acme")
    account.traits["industry"] = "Software"
    request = account_pb2.UpsertAccountsRequest(accounts=[account], ack_level=ingest_pb2.ACK_LEVEL_RANKED)
    assert unary("AccountService", "UpsertAccounts", request, account_pb2.UpsertAccountsResponse).recorded == 1
    record([signal("p4")], ingest_pb2.ACK_LEVEL_RANKED)

    people = unary("RankingService", "RankContacts", ranking_pb2.RankContactsRequest(page_size=1), ranking_pb2.RankContactsResponse)
    assert people.contacts[0].contact_id == "py-ann", people
    assert people.contacts[0].score.fit == 60, people

    request = ranking_pb2.RankAccountsRequest()
    request.filter.traits["industry"].values.append("software")
    companies = unary("RankingService", "RankAccounts", request, ranking_pb2.RankAccountsResponse)
    ranked = [(a.rank, a.account_id, a.name) for a in companies.accounts]
    assert (ranked, companies.matching) == ([(1, "py-acme.com", "Acme")], 1), companies


def an_explanation_adds_up():
    request = contact_pb2.ExplainContactRequest(contact_id="py-ann")
    answer = unary("ContactService", "ExplainContact", request, contact_pb2.ExplainContactResponse)

    def total(dimension):
        return sum(part.points for part in answer.parts if part.dimension == dimension)

    assert abs(total(score_pb2.DIMENSION_INTENT) - answer.contact.score.intent_points) < 1e-9, answer
    assert abs(total(score_pb2.DIMENSION_FIT) - answer.contact.score.fit) < 1e-9, answer
    assert [part.count for part in answer.parts if part.rule == "demo"] == [3], answer


def faults_have_their_status():
    many = [signal(f"many-{i}", contact_id="py-many") for i in range(10_001)]
    fails_with(grpc.StatusCode.INVALID_ARGUMENT, lambda: record(many))
    get = contact_pb2.GetContactRequest(contact_id="py-many")
    fails_with(grpc.StatusCode.NOT_FOUND, lambda: unary("ContactService", "GetContact", get, contact_pb2.GetContactResponse))
    rank = ranking_pb2.RankAccountsRequest(page_token="no token of ours")
    fails_with(grpc.StatusCode.INVALID_ARGUMENT, lambda: unary("RankingService", "RankAccounts", rank, ranking_pb2.RankAccountsResponse))
    merge = contact_pb2.MergeContactsRequest(from_contact_id="a", into_contact_id="b")
    fails_with(grpc.StatusCode.NOT_FOUND, lambda: unary("ContactService", "MergeContacts", merge, contact_pb2.MergeContactsResponse))


def faults_tell_their_details():
    rank = ranking_pb2.RankAccountsRequest(page_size=-1, rank_by=9)
    rank.filter.grades.append("☺" * 10_000)
    call = lambda: unary("RankingService", "RankAccounts", rank, ranking_pb2.RankAccountsResponse)  # noqa: E731
    error = fails_with(grpc.StatusCode.INVALID_ARGUMENT, call)
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    assert (status.code, status.message) == (error.code().value[0], error.details()), status

    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert [status.details[0].Unpack(info), status.details[1].Unpack(request)] == [True, True], status
    assert (info.reason, info.domain) == ("FIELD_INVALID", "leadgrains"), info
    assert [violation.field for violation in request.field_violations] == ["filter.grades", "rank_by", "page_size"], request


def a_deadline_ends_a_call():
    def one_then_wait():
        yield ingest_pb2.StreamSignalsRequest(batch=1, signals=[signal("late")])
        time.sleep(2)

    fails_with(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(stream(one_then_wait(), timeout=0.5)))


checks = [
    health_answers_serving,
    a_batch_is_recorded_its_bad_signal_rejected,
    a_stream_answers_in_order,
    an_upsert_is_ranked,
    an_explanation_adds_up,
    faults_have_their_status,
    faults_tell_their_details,
    a_deadline_ends_a_call,
]
for check in checks:
    check()
    print("ok:", check.__name__.replace("_", " "), flush=True)
print(len(checks), "checks held")
