using System.Globalization;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Memory;

/// <summary>What an idle contact and a ranked account keep in memory for ever: all that is not read back when they stir.</summary>
internal static class MemoryTrials
{
    private const string Group = "memory";
    private static readonly Measure Managed = new("managedMebibytes", "managed MiB");
    private static readonly Measure Each = new("residentBytesEach", "resident bytes each");
    private static readonly Measure ManagedEach = new("managedBytesEach", "managed bytes each");

    public static IEnumerable<Experiment> All(MemoryWork work)
    {
        const string name = "idle contacts and ranked accounts, after a restart";
        yield return new Trial(Group, name, (_, cancellationToken) => RunAsync(work, name, cancellationToken));
    }

    private static async Task<Outcome> RunAsync(MemoryWork work, string name, CancellationToken cancellationToken)
    {
        var empty = await work.EmptyAsync(cancellationToken);
        var withAccounts = await work.WithAccountsAsync(named: false, cancellationToken);
        var withNames = await work.WithAccountsAsync(named: true, cancellationToken);
        var (withContacts, idBytes) = await work.WithContactsAsync(cancellationToken);
        var account = withAccounts.Minus(empty).DividedBy(work.Accounts.Accounts);
        var named = withNames.Minus(empty).DividedBy(work.Accounts.Accounts);
        var contact = withContacts.Minus(empty).Minus(named.Times(work.AccountCount)).DividedBy(work.ContactCount).MinusBytes(idBytes);
        var outcome = Outcome.Of(
            Group,
            name,
            [Measure.Mebibytes],
            [
                new Entrant("an empty server", Whole(empty)),
                new Entrant(string.Create(CultureInfo.InvariantCulture, $"{work.Accounts.Accounts:N0} accounts, no contact"), Whole(withAccounts).With(Both(account))),
                new Entrant("the same with a display name each", Whole(withNames).With(Both(named))),
                new Entrant(string.Create(CultureInfo.InvariantCulture, $"{work.ContactCount:N0} contacts of {work.AccountCount:N0} accounts"), Whole(withContacts).With(Both(contact))),
            ]);
        return outcome with
        {
            Findings =
            [
                new Finding(Promises.ContactMemory, Count(work.ContactCount), Spread.Of(contact.ResidentBytes)),
                new Finding(Promises.AccountMemory, Count(work.Accounts.Accounts), Spread.Of(account.ResidentBytes)),
                new Finding(Promises.AccountMemory, $"{Count(work.Accounts.Accounts)} with a display name", Spread.Of(named.ResidentBytes)),
            ],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"All with traits, contacts after two signals; at most 1,000 of them are whole in memory, and garbage is collected first. A contact's figure is beyond its id, of {idBytes:0.0} bytes, and without what its account takes; an account's has its id in it."),
            ],
        };
    }

    private static string Count(int count) => string.Create(CultureInfo.InvariantCulture, $"of {count:N0}");

    private static Sample Whole(Footprint footprint) =>
        new((Measure.Mebibytes, footprint.ResidentBytes / (double)(1 << 20)), (Managed, footprint.ManagedBytes / (double)(1 << 20)));

    private static (Measure Measure, double Value)[] Both(Footprint each) => [(Each, each.ResidentBytes), (ManagedEach, each.ManagedBytes)];
}
