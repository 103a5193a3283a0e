using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Collect;

/// <summary>A gateway, and what SDKs send it.</summary>
internal sealed class Sdk(GatewayHost gateway) : IAsyncDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(gateway.Address),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public GatewayHost Gateway => gateway;

    public V1.ContactService.ContactServiceClient Contacts { get; } = new(gateway.Channel);

    public V1.AccountService.AccountServiceClient Accounts { get; } = new(gateway.Channel);

    public V1.RefusalService.RefusalServiceClient Refusals { get; } = new(gateway.Channel);

    public static async Task<Sdk> StartAsync(ServingPhase phase = ServingPhase.Serving) => new(await GatewayHost.StartAsync(phase));

    public static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(body);
        return packed.ToArray();
    }

    /// <summary>Sends a body that is to be taken.</summary>
    public async Task TakenAsync(string path, string body)
    {
        using var answer = await SendAsync(path, Encoding.UTF8.GetBytes(body));
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((HttpStatusCode.OK, "{}", "application/json"), (answer.StatusCode, text, answer.Content.Headers.ContentType?.MediaType));
    }

    public async Task<HttpResponseMessage> SendAsync(
        string path, byte[] body, string contentType = "text/plain", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, Cancel);
    }

    /// <summary>
    /// Sends a body that never ends, and again as soon as it is refused, until it is told to stop; by a connection of its own,
    /// which takes a hundred at most.
    /// </summary>
    public async Task DripAsync(string path, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = _http.BaseAddress };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new DrippingContent(), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using var answer = await http.SendAsync(request, stop);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Its time was over, or the test's is.
            }
        }
    }

    public async Task<V1.Contact> ContactAsync(string id) =>
        (await Contacts.GetContactAsync(new V1.GetContactRequest { ContactId = id }, cancellationToken: Cancel)).Contact;

    public async Task<V1.Account> AccountAsync(string id) =>
        (await Accounts.GetAccountAsync(new V1.GetAccountRequest { AccountId = id }, cancellationToken: Cancel)).Account;

    public async Task<List<V1.Signal>> SignalsAsync(string contact) =>
        [.. (await Contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = contact }, cancellationToken: Cancel)).Signals.Select(one => one.Signal)];

    public async Task<V1.ListRefusalsResponse> RefusedAsync() =>
        await Refusals.ListRefusalsAsync(new V1.ListRefusalsRequest(), cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await gateway.DisposeAsync();
    }
}
