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
        var (most, few) = (work.Most, work.Few);
        var empty = await work.EmptyAsync(cancellationToken);
        var fewAccounts = await work.WithAccountsAsync(few, named: false, cancellationToken);
        var accounts = await work.WithAccountsAsync(most, named: false, cancellationToken);
        var fewNamed = await work.WithAccountsAsync(few, named: true, cancellationToken);
        var allNamed = await work.WithAccountsAsync(most, named: true, cancellationToken);
        var (fewContacts, _) = await work.WithContactsAsync(few, cancellationToken);
        var (contacts, idBytes) = await work.WithContactsAsync(most, cancellationToken);
        var account = accounts.Minus(fewAccounts).DividedBy(most - few);
        var named = allNamed.Minus(fewNamed).DividedBy(most - few);
        var contact = contacts.Minus(fewContacts).Minus(named.Times(MemoryWork.AccountsOf(most - few))).DividedBy(most - few).MinusBytes(idBytes);
        var outcome = Outcome.Of(
            Group,
            name,
            [Measure.Mebibytes],
            [
                new Entrant("an empty server", Whole(empty)),
                new Entrant($"{Count(few)} accounts, no contact", Whole(fewAccounts)),
                new Entrant($"{Count(most)} accounts, no contact", Whole(accounts).With(Both(account))),
                new Entrant($"{Count(few)} with a display name each", Whole(fewNamed)),
                new Entrant($"{Count(most)} with a display name each", Whole(allNamed).With(Both(named))),
                new Entrant($"{Count(few)} contacts of {Count(MemoryWork.AccountsOf(few))} accounts", Whole(fewContacts)),
                new Entrant($"{Count(most)} contacts of {Count(MemoryWork.AccountsOf(most))} accounts", Whole(contacts).With(Both(contact))),
            ]);
        return outcome with
        {
            Findings =
            [
                new Finding(Promises.ContactMemory, $"of {Count(most)}", Spread.Of(contact.ResidentBytes)),
                new Finding(Promises.AccountMemory, $"of {Count(most)}", Spread.Of(account.ResidentBytes)),
                new Finding(Promises.AccountMemory, $"of {Count(most)} with a display name", Spread.Of(named.ResidentBytes)),
            ],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"All with traits, contacts after two signals; at most 1,000 of them are whole in memory, and garbage is collected first. A figure for each is what {most:N0} take more than {few:N0}, by the difference of their numbers: code that ran, buffers and the caches of SQLite are as large with a tenth. A contact's is beyond its id, of {idBytes:0.0} bytes, and without what its account takes; an account's has its id in it."),
            ],
        };
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static Sample Whole(Footprint footprint) =>
        new((Measure.Mebibytes, footprint.ResidentBytes / (double)(1 << 20)), (Managed, footprint.ManagedBytes / (double)(1 << 20)));

    private static (Measure Measure, double Value)[] Both(Footprint each) => [(Each, each.ResidentBytes), (ManagedEach, each.ManagedBytes)];
}
