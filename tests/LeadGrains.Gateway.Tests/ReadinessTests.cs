namespace LeadGrains.Gateway.Tests;

public sealed class ReadinessTests
{
    [Fact]
    public void MoveTo_WhenForward_ChangesThePhaseAndTellsIt()
    {
        using var readiness = new Readiness();
        var starting = readiness.Now;

        readiness.MoveTo(ServingPhase.Serving);

        Assert.Equal(ServingPhase.Starting, starting.Phase);
        Assert.True(starting.Left.IsCompletedSuccessfully);
        Assert.Equal(ServingPhase.Serving, readiness.Phase);
        Assert.False(readiness.Now.Left.IsCompleted);
        Assert.False(readiness.Draining.IsCancellationRequested);
    }

    [Fact]
    public void MoveTo_WhenItIsThePresentPhase_TellsNothing()
    {
        using var readiness = new Readiness();
        readiness.MoveTo(ServingPhase.Serving);
        var serving = readiness.Now;

        readiness.MoveTo(ServingPhase.Serving);

        Assert.Same(serving, readiness.Now);
        Assert.False(serving.Left.IsCompleted);
    }

    [Fact]
    public void MoveTo_WhenDraining_CancelsTheToken()
    {
        using var readiness = new Readiness();

        readiness.MoveTo(ServingPhase.Draining);

        Assert.True(readiness.Draining.IsCancellationRequested);
    }

    [Theory]
    [InlineData(ServingPhase.Serving, ServingPhase.Starting)]
    [InlineData(ServingPhase.Draining, ServingPhase.Serving)]
    public void MoveTo_WhenBackward_IsRefused(ServingPhase from, ServingPhase to)
    {
        using var readiness = new Readiness();
        readiness.MoveTo(from);

        Assert.Throws<InvalidOperationException>(() => readiness.MoveTo(to));

        Assert.Equal(from, readiness.Phase);
    }
}
