using System.Net;
using LeadGrains.Host.Serving;
using LeadGrains.Testing;
using Microsoft.AspNetCore.Connections;

namespace LeadGrains.Host.Tests.Serving;

public sealed class ConnectionRoomTests
{
    private const int PerAddress = 3;

    private readonly ManualClock _clock = new();
    private readonly List<IPAddress> _refused = [];
    private readonly List<TaskCompletionSource> _served = [];
    private readonly ConnectionRoom _room;

    public ConnectionRoomTests() => _room = new ConnectionRoom(PerAddress, _refused.Add, _clock);

    [Fact]
    public async Task Serve_WhenAnAddressHasAsManyAsItMay_ClosesMoreUntilOneEnds()
    {
        var open = Enumerable.Range(0, PerAddress).Select(_ => Connect("192.0.2.1")).ToList();
        Assert.True(Connect("192.0.2.1").IsCompleted);
        Assert.False(Connect("192.0.2.2").IsCompleted);
        Assert.Equal(PerAddress + 1, _served.Count);

        _served[0].SetResult();
        await open[0];
        Assert.False(Connect("192.0.2.1").IsCompleted);
        Assert.True(Connect("::ffff:192.0.2.1").IsCompleted);
    }

    [Fact]
    public void Serve_WhenAddressesAreOfOneNetwork_CountsTheNetwork()
    {
        for (var host = 1; host <= PerAddress; host++)
            Assert.False(Connect($"2001:db8:0:1::{host}").IsCompleted);
        Assert.True(Connect("2001:db8:0:1:ffff::1").IsCompleted);
        Assert.False(Connect("2001:db8:0:2::1").IsCompleted);
    }

    // A proxy on it brings everybody's.
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Serve_WhenItIsThisMachine_CountsNothing(string address)
    {
        for (var connection = 0; connection < 10 * PerAddress; connection++)
            Assert.False(Connect(address).IsCompleted);
    }

    [Fact]
    public void Serve_WhenMoreAreRefused_SaysSoOnceAMinute()
    {
        for (var connection = 0; connection < PerAddress + 5; connection++)
            _ = Connect("192.0.2.1");
        Assert.Equal([IPAddress.Parse("192.0.2.1")], _refused);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _ = Connect("192.0.2.1");
        Assert.Equal(2, _refused.Count);
    }

    private Task Connect(string address)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4711) };
        return _room.ServeAsync(connection, _ =>
        {
            _served.Add(new TaskCompletionSource());
            return _served[^1].Task;
        });
    }
}
