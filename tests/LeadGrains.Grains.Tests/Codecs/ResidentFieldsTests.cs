using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Codecs;

public sealed class ResidentFieldsTests
{
    private const int Messages = 2_000;

    [Fact]
    public void Read_OfRandomMessages_GivesWhatTheGeneratedTypeGives()
    {
        var fields = new ResidentFields();
        for (var seed = 1; seed <= Messages; seed++)
        {
            var random = new Random(seed);
            var state = RandomState(random);
            var bytes = state.ToByteArray();
            try
            {
                fields.Read(bytes);
                AssertSame(state, fields, bytes);

                // Fields in another order, and some that this program does not know.
                byte[] mixed = [0xFA, 0x3F, 2, 8, 1, .. new Stored.ResidentState { Fit = 5, HasEntry = true }.ToByteArray(), .. bytes];
                fields.Read(mixed);
                AssertSame(Stored.ResidentState.Parser.ParseFrom(mixed), fields, mixed, isStrange: true);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    [Fact]
    public void Read_WhenCutAnywhere_ThrowsOrReadsWhatTheGeneratedTypeReads()
    {
        var bytes = RandomState(new Random(7)).ToByteArray();
        var fields = new ResidentFields();
        var refused = 0;
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            if (TryParse(cut) is { } state)
            {
                fields.Read(cut);
                AssertSame(state, fields, cut);
            }
            else
            {
                Assert.Throws<InvalidDataException>(() => fields.Read(cut));
                refused++;
            }
        }

        Assert.NotEqual(0, refused);
    }

    private static Stored.ResidentState? TryParse(byte[] bytes)
    {
        try
        {
            return Stored.ResidentState.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static Stored.ResidentState RandomState(Random random)
    {
        var state = new Stored.ResidentState
        {
            LastSequence = (ulong)Some(random, long.MaxValue),
            Fit = Some(random, 101),
            LastSignalAtTicks = Some(random, long.MaxValue) - Some(random, 1_000),
            HasSignal = random.Next(2) == 0,
            EngagedAtTicks = -Some(random, 1L << 40),
            HasEngaged = random.Next(2) == 0,
            RoleWeight = random.NextDouble(),
            AccountId = random.Next(3) == 0 ? "" : $"account-{random.Next(1_000)}",
            HasEntry = random.Next(2) == 0,
            Name = random.Next(3) == 0 ? $"Námé {random.Next(100)}" : "",
            SoughtCompany = random.Next(3) == 0 ? $"Company {random.Next(100)}" : "",
            ClaimedBy = random.Next(8) == 0 ? "somebody" : "",
            MergedInto = random.Next(8) == 0 ? "other" : "",
        };
        for (var sum = random.Next(7); sum > 0; sum--)
            state.Sums.Add(new Stored.DecayedSum { AtTicks = Some(random, 1L << 60) - Some(random, 1L << 50), Points = random.NextDouble() - 0.5 });
        for (var trait = random.Next(4); trait > 0; trait--)
            state.Traits.Add(new Stored.Trait { Name = $"trait{random.Next(9)}", Value = new Stored.TraitValue { Text = $"value {random.Next(99)}" } });
        if (random.Next(2) == 0)
            state.Velocity = new Stored.VelocityState { NewestDay = random.Next(-5, 30_000), Points = { Enumerable.Range(0, random.Next(15)).Select(_ => random.NextDouble()) } };
        if (random.Next(2) == 0)
            state.Run = new Stored.ActivityRunState { BeganAtTicks = Some(random, 1L << 60) };
        if (state.Run is not null && random.Next(2) == 0)
            state.Run.DormantSinceTicks = Some(random, 1L << 50);
        return state;
    }

    private static long Some(Random random, long bound) => random.Next(3) == 0 ? 0 : random.NextInt64(bound);

    private static void AssertSame(Stored.ResidentState state, ResidentFields fields, byte[] bytes, bool isStrange = false)
    {
        Assert.Equal((long)state.LastSequence, fields.LastSequence);
        Assert.Equal(state.Fit, fields.Fit);
        Assert.Equal(state.HasSignal ? new Instant(state.LastSignalAtTicks) : Instant.Min, fields.LastSignalAt);
        Assert.Equal(state.HasEngaged ? new Instant(state.EngagedAtTicks) : Instant.Min, fields.EngagedAt);
        Assert.Equal(state.RoleWeight, fields.RoleWeight);
        Assert.Equal(state.HasEntry, fields.HasEntry);
        Assert.Equal(state.Sums.Select(sum => new DecayedSum(new Instant(sum.AtTicks), sum.Points)), fields.Sums);
        Assert.Equal(state.Traits, fields.Traits.Select(trait => Stored.Trait.Parser.ParseFrom(trait.In(bytes))));
        Assert.Equal(IntentCodec.FromStored(state.Velocity), fields.Velocity);
        Assert.Equal(ActivityCodec.FromStored(state.Run), fields.Run);
        Assert.Equal(state.AccountId, TextOf(fields.AccountId, bytes));
        Assert.Equal(state.Name, TextOf(fields.Name, bytes));
        Assert.Equal(state.SoughtCompany, TextOf(fields.SoughtCompany, bytes));
        Assert.Equal(isStrange || state.ClaimedBy.Length > 0 || state.MergedInto.Length > 0, fields.HasMore);
    }

    private static string TextOf(ByteRange text, byte[] bytes) => Encoding.UTF8.GetString(text.In(bytes));
}
