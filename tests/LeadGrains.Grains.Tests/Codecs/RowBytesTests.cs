using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Codecs;

public sealed class RowBytesTests
{
    private const int Steps = 250;

    private static readonly ScoringModel Model = ModelReader.Read(Simulator.Model).Model!;

    [Fact]
    public async Task Rows_OfASimulatedNode_AreTheBytesThatGeneratedTypesWrite()
    {
        foreach (var seed in Enumerable.Range(1, 6))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
            await using var simulator = await Simulator.StartAsync(seed);
            for (var step = 0; step < Steps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await AssertRowsAsync(await simulator.StopAsync());
        }
    }

    private static async Task AssertRowsAsync(IGrainGeneration rows)
    {
        var keys = new List<GrainKey>();
        foreach (var resident in rows.ReadResidents(0, int.MaxValue, TestContext.Current.CancellationToken))
        {
            AssertSame(Stored.ResidentState.Parser, resident.Resident);
            keys.Add(resident.Key);
        }

        Assert.NotEmpty(keys);
        var decoder = new ContactDecoder(Model);
        foreach (var key in keys)
        {
            var row = Assert.Single(await rows.ReadAsync([key], TestContext.Current.CancellationToken));
            AssertSame(key.Kind == GrainKind.Contact ? Stored.ContactState.Parser : Stored.AccountState.Parser, row!.State);
            if (key.Kind == GrainKind.Contact)
                Assert.Equal(row.State.ToArray(), WrittenAgain(decoder.Decode(0, row.AtRest)));
        }
    }

    private static byte[] WrittenAgain(ContactGrain contact)
    {
        var to = new MessageWriter();
        ContactCodec.Write(to, contact, new SortedTraits().Of(contact.Traits), Model);
        return to.Written.ToArray();
    }

    private static void AssertSame(MessageParser parser, ReadOnlyMemory<byte> written)
    {
        Assert.False(written.IsEmpty);
        Assert.Equal(parser.ParseFrom(written.Span).ToByteArray(), written.ToArray());
    }
}
