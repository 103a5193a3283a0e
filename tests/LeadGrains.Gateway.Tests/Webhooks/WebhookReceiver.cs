using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Tests.Webhooks;

/// <summary>Takes posts, answers as it is told, and keeps what it has acknowledged.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebhookReceiver(WebApplication application) => _application = application;

    public string Url => _application.Urls.Single() + "/hook";

    /// <summary>The status of the answer to a message.</summary>
    public Func<Post, int> Answer { get; set; } = _ => StatusCodes.Status204NoContent;

    public ConcurrentQueue<Post> Acknowledged { get; } = new();

    public ConcurrentQueue<Post> All { get; } = new();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var receiver = new WebhookReceiver(application);
        application.Map("/hook", receiver.TakeAsync);
        await application.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var post = new Post(
            headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), null), headers["webhook-signature"].ToString(), body.ToArray());
        All.Enqueue(post);
        context.Response.StatusCode = Answer(post);
        if (context.Response.StatusCode == StatusCodes.Status302Found)
            context.Response.Headers.Location = "/elsewhere";
        if (context.Response.StatusCode < StatusCodes.Status300MultipleChoices)
            Acknowledged.Enqueue(post);
    }

    internal sealed record Post(string Id, long Timestamp, string Signature, byte[] Body)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public string Type => Json.GetProperty("type").GetString()!;

        public string Contact => Json.GetProperty("data").GetProperty("contactId").GetString()!;

        public string To => Json.GetProperty("data").GetProperty("stage").GetProperty("toStage").GetString()!;

        public string SignatureBy(string secret) => WebhookSecret.Sign([WebhookSecret.Read(secret)!], Id, Timestamp, Body);

        public override string ToString() => $"{Id} {Encoding.UTF8.GetString(Body)}";
    }
}
