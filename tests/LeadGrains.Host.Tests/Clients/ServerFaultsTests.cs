using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LeadGrains.Host.Clients;
using Status = Grpc.Core.Status;

namespace LeadGrains.Host.Tests.Clients;

public sealed class ServerFaultsTests
{
    private static readonly Uri Server = new("http://127.0.0.1:7070");

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "page_size: must be at most 1,000", "page_size: must be at most 1,000.")]
    [InlineData(StatusCode.NotFound, "There is no account 'x'.", "There is no account 'x'.")]
    [InlineData(StatusCode.Unavailable, "draining", "The server at http://127.0.0.1:7070 takes no calls at the moment: draining. Try again in a few seconds.")]
    [InlineData(StatusCode.Unimplemented, "as_of lies in the past", "The server cannot do that: as_of lies in the past.")]
    [InlineData(StatusCode.DeadlineExceeded, "", "The server at http://127.0.0.1:7070 did not answer in time. Try again.")]
    [InlineData(StatusCode.Internal, "oops", "The server at http://127.0.0.1:7070 answered Internal: oops.")]
    public void Explain_WhenTheServerAnswers_SaysWhatItMeans(StatusCode code, string detail, string expected) =>
        Assert.Equal(expected, ServerFaults.Explain(new RpcException(new Status(code, detail)), Server));

    [Fact]
    public void Explain_WhenSeveralFieldsAreWrong_ListsThem()
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "page_size -1 must be more; one more field is wrong",
            Details =
            {
                Any.Pack(new BadRequest { FieldViolations = { Wrong("page_size", "page_size -1 must be more"), Wrong("rank_by", "rank_by must be less") } }),
            },
        };

        Assert.Equal(
            ["The server refuses the request:", "  page_size -1 must be more", "  rank_by must be less"],
            ServerFaults.Explain(status.ToRpcException(), Server).Split(Environment.NewLine));
    }

    [Fact]
    public void Explain_WhenTheDetailsAreDamaged_ShowsTheMessage()
    {
        var fault = new RpcException(new Status(StatusCode.InvalidArgument, "wrong"), new Metadata { { MetadataExtensions.StatusDetailsTrailerName, [0xff] } });

        Assert.Equal("wrong.", ServerFaults.Explain(fault, Server));
    }

    [Theory]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.Shutdown)]
    public void Explain_WhenTheConnectionBreaks_SaysSo(SocketError error)
    {
        Exception[] shapes =
        [
            new IOException("ended", new SocketException((int)error)),
            new HttpRequestException(HttpRequestError.Unknown, "ended", new IOException("ended", new SocketException((int)error))),
            new HttpRequestException(HttpRequestError.ConnectionError, "ended", new SocketException((int)error)),
        ];

        Assert.All(shapes, shape => Assert.StartsWith(
            "The connection to the server at http://127.0.0.1:7070 broke.",
            ServerFaults.Explain(new RpcException(new Status(StatusCode.Unavailable, "", shape)), Server),
            StringComparison.Ordinal));
        Assert.All(shapes, shape => Assert.StartsWith(
            "The server at https://127.0.0.1:7070 ended the connection. If it asks for a client's certificate, give one that it trusts with --cert FILE and --key FILE.",
            ServerFaults.Explain(new RpcException(new Status(StatusCode.Unavailable, "", shape)), new Uri("https://127.0.0.1:7070")),
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.NetworkUnreachable)]
    public void Explain_WhenNothingListens_SaysHowToStartOne(SocketError error) => Assert.StartsWith(
        "No server answers at http://127.0.0.1:7070. Start one",
        ServerFaults.Explain(
            new RpcException(new Status(StatusCode.Unavailable, "", new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)error)))), Server),
        StringComparison.Ordinal);

    [Fact]
    public void Explain_WhenTheCertificateIsNotTrusted_SpeaksInSentences() => Assert.StartsWith(
        "There is no trusted connection to http://127.0.0.1:7070: PartialChain. Check --server",
        ServerFaults.Explain(new RpcException(new Status(StatusCode.Unavailable, "", new AuthenticationException("PartialChain"))), Server),
        StringComparison.Ordinal);

    private static BadRequest.Types.FieldViolation Wrong(string field, string description) => new() { Field = field, Description = description };
}
