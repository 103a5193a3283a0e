using System.Net;
using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Json;

/// <summary>Calls a gateway by HTTP and JSON.</summary>
internal sealed class JsonClient(GatewayHost host) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(host.Address) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        change?.Invoke(request);
        return await _http.SendAsync(request, Cancelled);
    }

    /// <summary>The status and the document of an answer.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(string method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        return ((int)response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    public void Dispose() => _http.Dispose();
}
