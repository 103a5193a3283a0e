using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class DeliveryWindowTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cursor_WhenLaterOnesAreDoneFirst_StaysBeforeTheOldest()
    {
        using var window = new DeliveryWindow("0");
        var first = await window.TakeAsync("1", Cancel);
        var second = await window.TakeAsync("2", Cancel);

        window.Done(second);
        Assert.Equal("0", window.Cursor);
        window.Done(first);
        Assert.Equal("2", window.Cursor);
    }

    // A delivery that is tried for days, and nothing else to deliver meanwhile.
    [Fact]
    public async Task Pass_WhileOneWaits_TakesNoRoomAndNoCursorPastIt()
    {
        using var window = new DeliveryWindow("0");
        var waiting = await window.TakeAsync("1", Cancel);
        for (var token = 2; token < 2 * WebhookLimits.Window; token++)
            window.Pass($"{token}");

        var next = window.TakeAsync("next", Cancel);
        Assert.True(next.IsCompleted);
        Assert.Equal("0", window.Cursor);
        window.Done(waiting);
        Assert.Equal($"{(2 * WebhookLimits.Window) - 1}", window.Cursor);
        window.Done(await next);
        window.Pass("last");
        Assert.Equal("last", window.Cursor);
    }

    [Fact]
    public async Task Take_WhenAllPlacesAreTaken_WaitsForTheOldest()
    {
        using var window = new DeliveryWindow("0");
        var places = new List<DeliveryWindow.Place>();
        for (var token = 0; token < WebhookLimits.Window; token++)
            places.Add(await window.TakeAsync($"{token}", Cancel));

        var next = window.TakeAsync("next", Cancel);
        window.Done(places[1]);
        Assert.False(next.IsCompleted);
        window.Done(places[0]);
        await next;
    }
}
