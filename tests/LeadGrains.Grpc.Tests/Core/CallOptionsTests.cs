using Grpc.Core;

namespace LeadGrains.Grpc.Tests.Core;

public class CallOptionsTests
{
    [Fact]
    public void With_WhenOneThingIsSet_KeepsTheOthers()
    {
        using var source = new CancellationTokenSource();
        var headers = new Metadata();
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var wishes = new WriteOptions(WriteFlags.NoCompress);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        var options = default(CallOptions).WithHeaders(headers).WithDeadline(deadline).WithCancellationToken(source.Token).WithWriteOptions(wishes).WithCredentials(credentials).WithWaitForReady();

        Assert.Same(headers, options.Headers);
        Assert.Equal(deadline, options.Deadline);
        Assert.Equal(source.Token, options.CancellationToken);
        Assert.Same(wishes, options.WriteOptions);
        Assert.Same(credentials, options.Credentials);
        Assert.Null(options.PropagationToken);
        Assert.True(options.IsWaitForReady);
        Assert.False(default(CallOptions).IsWaitForReady);
    }
}
