using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Tests.Parents;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class RoleTalliesTests
{
    private static readonly ScoringModel Model = ModelReader.Read("""
        name: group
        groups: {g: {half_life: 3d}}
        account: {engaged_half_life: 10d}
        roles:
          - {name: chief, trait: title, contains: chief, weight: 2}
          - {name: user, trait: title, contains: engineer, weight: 1}
        buying_group: [user, chief]
        """).Model!;

    // Contacts of a large account come, change, are disqualified and leave, over 400 days of half-lives of 10.
    [Fact]
    public void BuyingGroupOf_WhenManyContactsChange_IsWhatCountingThemGives()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        var columns = new RankColumns(Model, GrainKind.Account, 0, new ResidentTable(), RandomRows.Now);
        columns.Keys.FindOrAdd(1, 0, "acme"u8, out _);
        columns.EnsureSlots();
        var contacts = new SomeContacts();
        var table = new ContributionTable(columns, contacts.Keys);
        var now = RandomRows.Now;
        for (var step = 1; step <= 4_000; step++)
        {
            now += TimeSpan.FromDays(0.1);
            Put(table, columns, contacts.AsContribution(Next(random, step, now)), now);
            if (step % 7 == 0)
                Compare(table, now + TimeSpan.FromDays(random.Next(-3, 3)));
        }
    }

    // The tally is kept: what is not told to it is not seen, so a second answer is not counted anew.
    [Fact]
    public void Of_WhenAskedAgain_DoesNotCountContactsAnew()
    {
        var contacts = new SomeContacts();
        var records = new ContributionRecords(1, contacts.Keys);
        var tallies = new RoleTallies(records, SomeSubsidiaries.Accounts(Model));
        var roll = default(AccountRoll);
        for (var i = 0; i < 100; i++)
            Append(records, contacts, ref roll, $"c{i}");
        Assert.Equal(100, tallies.Of(0, roll, RandomRows.Now).Roles[1].Contacts);

        var slot = Append(records, contacts, ref roll, "one more");

        Assert.Equal(100, tallies.Of(0, roll, RandomRows.Now).Roles[1].Contacts);
        tallies.Note(0, slot, 1);
        Assert.Equal(101, tallies.Of(0, roll, RandomRows.Now).Roles[1].Contacts);
    }

    private static int Append(ContributionRecords records, SomeContacts contacts, ref AccountRoll roll, string contact)
    {
        var contribution = contacts.AsContribution(new Message(contact, 0, 1) { Role = 1, Sums = new double[1] });
        var slot = records.FindOrAdd(0, contribution.Contact, out _);
        records.Write(slot, contribution, contribution.Sums);
        roll.Contributions.Append(records, slot);
        roll.Count++;
        return slot;
    }

    private static Message Next(Random random, int step, Instant now) => new($"c{random.Next(200)}", 0, step)
    {
        Withdrawn = random.Next(20) == 0,
        Role = (byte)random.Next(3),
        Sums = new double[Model.Columns.Length],
        EngagedAt = random.Next(3) == 0 ? null : now + TimeSpan.FromDays(-random.Next(30)),
    };

    private static void Put(ContributionTable table, RankColumns columns, in Contribution contribution, Instant now) =>
        table.Put(0, contribution, columns.Sums.Landmarks, now, out _);

    private static void Compare(ContributionTable table, Instant at)
    {
        var count = new BuyingGroupCount(Model, at);
        for (var slot = table.FirstOf(0); slot >= 0; slot = table.NextOf(slot))
            count.Add(table[slot].Role - 1, table[slot].Has(ContributionFlags.HasEngaged) ? table[slot].EngagedAt : null);
        var (expected, found) = (count.Result, table.BuyingGroupOf(0, at));
        for (var role = 0; role < expected.Roles.Length; role++)
        {
            Assert.Equal(expected.Roles[role] with { Engaged = 0 }, found.Roles[role] with { Engaged = 0 });
            Assert.Equal(expected.Roles[role].Engaged, found.Roles[role].Engaged, 1e-9);
        }
    }
}
