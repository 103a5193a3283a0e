using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class PeerIdentityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(true, "True x509_subject_alternative_name=client.test; x509_subject_alternative_name=client.test,x509_common_name=client.test")]
    [InlineData(false, "False ; ")]
    public async Task AuthContext_WhenTheClientShowsACertificate_NamesIt(bool shows, string expected)
    {
        using var server = Certificates.Of("localhost");
        using var client = Certificates.Of("client.test");
        var script = new EchoScript { Say = (_, context) => Task.FromResult(new Words { Text = Describe(context.AuthContext) }) };
        await using var host = await EchoHost.StartAsync(script, certificate: server, wantsClientCertificate: shows);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = Certificates.Trusting(server, shows ? client : null), DisposeHttpClient = true });

        Assert.Equal(expected, (await new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token)).Text);
    }

    private static string Describe(AuthContext peer) => $"{peer.IsPeerAuthenticated} {Text(peer.PeerIdentity)}; {Text(peer.Properties)}";

    private static string Text(IEnumerable<AuthProperty> properties) => string.Join(',', properties.Select(property => $"{property.Name}={property.Value}"));
}
