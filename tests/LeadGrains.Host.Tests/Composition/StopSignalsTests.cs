using System.Runtime.InteropServices;
using LeadGrains.Host.Composition;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Composition;

public sealed class StopSignalsTests
{
    [Fact]
    public void Stop_WhenTheSameSignalComesTwice_LetsTheWorkEndOrderly()
    {
        var clock = new ManualClock();
        using var stop = new StopSignals(clock);
        var (first, copy, second) = (Signal(), Signal(), Signal());

        stop.Stop(first);
        clock.Advance(TimeSpan.FromMilliseconds(5));
        stop.Stop(copy);
        clock.Advance(TimeSpan.FromSeconds(2));
        stop.Stop(second);

        Assert.True(stop.Token.IsCancellationRequested);

        // What is not cancelled ends the process.
        Assert.Equal((true, true, false), (first.Cancel, copy.Cancel, second.Cancel));

        static PosixSignalContext Signal() => new(PosixSignal.SIGTERM);
    }
}
