namespace LeadGrains.EndToEnd.Tests.Crash;

public sealed class KillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Serve_WhenKilledAtRandomInstants_KeepsEveryAcknowledgedSignalOnce()
    {
        using var data = new TempFolder();
        await new KillLoop(data.Path).KillAsync(Kills);
    }
}
