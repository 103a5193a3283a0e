using System.Net;
using Grpc.AspNetCore.Json;

namespace LeadGrains.Grpc.Tests.Json;

public class UnfinishedBodiesTests
{
    private const long Most = 1_000;

    [Fact]
    public void Change_WhenAllHoldTooMuch_RefusesTheOneMore()
    {
        var bodies = new UnfinishedBodies(Most);
        long first = 0, second = 0, third = 0;

        bodies.Change(ref first, UnfinishedBodies.Free + 600);
        Assert.Equal(HttpStatusCode.TooManyRequests, (HttpStatusCode)Assert.Throws<HttpRefusalException>(() => bodies.Change(ref second, UnfinishedBodies.Free + 500)).HttpStatus);
        bodies.Change(ref third, UnfinishedBodies.Free);
        bodies.Change(ref first, 0);
        bodies.Change(ref second, UnfinishedBodies.Free + 1_000);

        Assert.Equal((0, 1_000, 0), (first, second, third));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("/v1/books", "application/json", "{\"isbn\": \"")]
    [InlineData("/v1/books:chat", "application/x-ndjson", "{\"isbn\": \"")]
    public async Task Call_WhenBodiesThatRestHoldTooMuch_IsRefused(string path, string contentType, string begin)
    {
        await using var server = await JsonServer.StartAsync(version: 2, options: new JsonOptions { MaxUnfinished = 100_000 });
        var resting = new SlowContent(begin + new string('7', 150_000));
        using var first = server.Request("POST", path);
        first.Content = resting;
        first.Content.Headers.ContentType = new(contentType);
        var pending = server.Http.SendAsync(first, TestContext.Current.CancellationToken);
        await resting.Written;

        // What rests is counted once the server has seen it.
        HttpStatusCode status;
        do
        {
            var more = new SlowContent(begin + new string('7', 150_000));
            more.Finish();
            using var second = server.Request("POST", path);
            second.Content = more;
            second.Content.Headers.ContentType = new(contentType);
            using var response = await server.Http.SendAsync(second, TestContext.Current.CancellationToken);
            status = response.StatusCode;
        }
        while (status == HttpStatusCode.BadRequest);
        resting.Finish();
        using var answer = await pending;

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>Sends its text, and its end only when told.</summary>
    private sealed class SlowContent(string text) : HttpContent
    {
        private readonly TaskCompletionSource _written = new();
        private readonly TaskCompletionSource _finished = new();

        public Task Written => _written.Task;

        public void Finish() => _finished.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
            await stream.FlushAsync();
            _written.SetResult();
            await _finished.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
