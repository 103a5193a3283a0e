using System.Text;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class ContributionBatchTests
{
    private static readonly Landmark[] Landmarks = [.. Models.Staged.Columns.Select(column => Landmark.At(RandomRows.Now, column.HalfLife))];

    [Fact]
    public void Add_WhenRead_GivesBackEveryField()
    {
        using var batch = new ContributionBatch(Landmarks.Length);
        var contacts = new SomeContacts();
        for (var round = 0; round < 2; round++)
        {
            batch.Begin(Landmarks);
            var messages = Enumerable.Range(0, 500).Select(Sample).ToList();
            foreach (var message in messages)
                batch.Add(contacts.AsContribution(message), (ulong)message.Account, (ushort)(message.Account % 3), Encoding.UTF8.GetBytes($"account {message.Account}"));

            Assert.Equal(500, batch.Count);
            Assert.Equal(Landmarks, batch.Landmarks.ToArray());
            for (var i = 0; i < 500; i++)
                AssertSame(messages[i], contacts, batch, i);
        }
    }

    [Fact]
    public void Add_WhenTheBatchIsUsedAgain_AllocatesNothing()
    {
        using var batch = new ContributionBatch(Landmarks.Length);
        var contacts = new SomeContacts();
        var messages = Enumerable.Range(0, 300).Select(Sample).ToArray();
        var places = messages.Select(contacts.PlaceOf).ToArray();
        Fill(batch, messages, places);
        Fill(batch, messages, places);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill(batch, messages, places);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Put_WhenContactsAreKnown_AllocatesNothing()
    {
        var accounts = new RolledAccounts();
        using var batch = new ContributionBatch(Landmarks.Length);
        var messages = Enumerable.Range(0, 300).Select(i => Sample(i) with { Withdrawn = false, Account = 0 }).ToArray();
        var places = messages.Select(accounts.Contacts.PlaceOf).ToArray();
        for (var version = 1; version < 3; version++)
        {
            Fill(batch, [.. messages.Select(message => message with { Version = version })], places);
            PutAll(accounts, batch);
        }

        Fill(batch, [.. messages.Select(message => message with { Version = 3 })], places);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PutAll(accounts, batch);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(3, accounts.Table[accounts.Table.FirstOf(0)].Version);
    }

    private static void PutAll(RolledAccounts accounts, ContributionBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
            accounts.Table.Put(0, batch[i], batch.Landmarks, RandomRows.Now, out _);
    }

    private static void Fill(ContributionBatch batch, Message[] messages, KeyPlace[] places)
    {
        batch.Begin(Landmarks);
        for (var i = 0; i < messages.Length; i++)
        {
            var contribution = new Contribution
            {
                Contact = places[i],
                Version = messages[i].Version,
                Flags = ContributionFlags.HasSignal,
                Weight = 1,
                Sums = messages[i].Sums,
                LastSignalAt = RandomRows.Now,
                Velocity = LeadGrains.Grains.Ranking.VelocityDays.Of(messages[i].Velocity),
            };
            batch.Add(contribution, 7, 0, "acme.com"u8);
        }
    }

    private static void AssertSame(Message message, SomeContacts contacts, ContributionBatch batch, int index)
    {
        var read = batch[index];
        Assert.Equal(contacts.PlaceOf(message), read.Contact);
        Assert.Equal(message.Account % 3, batch.WorkspaceOf(index));
        Assert.Equal($"account {message.Account}", Encoding.UTF8.GetString(batch.AccountIdOf(index)));
        Assert.Equal((ulong)message.Account, batch.AccountHashOf(index));
        Assert.Equal(message.Version, read.Version);
        Assert.Equal(message.Withdrawn, read.IsWithdrawn);
        Assert.Equal(message.LastSignalAt is not null, read.Has(ContributionFlags.HasSignal));
        Assert.Equal(message.LastSignalAt ?? Instant.Min, read.LastSignalAt);
        Assert.Equal(message.EngagedAt ?? Instant.Min, read.EngagedAt);
        Assert.Equal(message.Withdrawn ? [] : message.Sums, read.Sums.ToArray());
        Assert.Equal(message.Weight, read.Weight);
        Assert.Equal(message.Withdrawn ? 0 : message.Role, read.IsWithdrawn ? 0 : read.Role);
        for (var day = 0; day < 20; day++)
            Assert.Equal(message.Withdrawn ? 0 : message.Velocity.At(RandomRows.Now.UtcDay + day), read.Velocity.At(RandomRows.Now.UtcDay + day));
    }

    private static Message Sample(int i)
    {
        var random = new Random(i);
        var velocity = default(Velocity);
        for (var days = i % 4; days > 0; days--)
            velocity.Add(RandomRows.Now.UtcDay - random.Next(14), random.Next(20) * 0.5);
        return new Message(new string('c', i % 60) + i, i % 7, i + 1)
        {
            Withdrawn = i % 5 == 0,
            Weight = random.NextDouble(),
            Role = (byte)(i % 256),
            Sums = [.. Landmarks.Select(_ => random.NextDouble())],
            LastSignalAt = i % 3 == 0 ? null : RandomRows.Now + TimeSpan.FromSeconds(-i),
            EngagedAt = i % 4 == 0 ? null : RandomRows.Now + TimeSpan.FromSeconds(-i),
            Velocity = velocity,
        };
    }
}
