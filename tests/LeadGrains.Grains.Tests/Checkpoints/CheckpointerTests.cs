using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;
using LeadGrains.V1;

namespace LeadGrains.Grains.Tests.Checkpoints;

public sealed class CheckpointerTests
{
    private const int Bound = 200;
    private const int InTurn = 100;
    private const int MostTails = 4;
    private const int Batches = 40;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_WhenRowsCannotBeWritten_CallersWaitSoThatAStartStaysShort()
    {
        var options = new GrainNodeOptions { Loops = 1, CheckpointEntries = Bound, TurnCapacity = InTurn };
        await using var node = await TestNode.StartAsync(options: options, partitions: 1);
        node.Store.HoldWrites();
        var sent = Enumerable.Range(0, 50).Select(batch => node.SendAsync(Views(node, batch))).ToList();
        while (sent.Count(sending => sending.IsCompleted) < MostTails * Bound / InTurn)
            await Task.Delay(1, Cancelled);
        await Task.Delay(300, Cancelled);

        // Two turns may have been under way, and the model has an entry of its own.
        Assert.InRange(node.Journal.EntryCount, MostTails * Bound, (MostTails * Bound) + (2 * InTurn) + 1);

        node.Store.ReleaseWrites();
        Assert.Equal(sent.Count * InTurn, (await Task.WhenAll(sent)).Sum(outcome => (long)outcome.Recorded));
    }

    [Fact]
    public async Task Stop_WhenGrainsChangeWhileRowsAreWritten_LeavesNothingToReplay()
    {
        var options = new GrainNodeOptions { Loops = 1, CheckpointEntries = 50, TurnCapacity = InTurn };
        await using var node = await TestNode.StartAsync(options: options, partitions: 2);
        for (var batch = 0; batch < Batches; batch++)
            await Task.WhenAll(node.SendAsync(Views(node, batch, contacts: 37)), node.SendAsync(Views(node, batch + Batches, contacts: 53)));
        await using var next = await node.RestartAsync();

        Assert.Equal(0, next.Recovery.ReplayedEntries);
        var contacts = await Task.WhenAll(Enumerable.Range(0, 53).Select(number => next.ContactAsync($"c{number}")));
        Assert.Equal(2 * Batches * InTurn, contacts.Sum(contact => (long)contact!.SignalCount));
    }

    private static IEnumerable<Signal> Views(TestNode node, int batch, int contacts = 5_000) => Enumerable.Range(0, InTurn).Select(number =>
        TestSignals.Of($"{batch}-{number}", $"c{((batch * InTurn) + number) % contacts}", "nothing that a rule knows", node.Clock.GetUtcNow()));
}
