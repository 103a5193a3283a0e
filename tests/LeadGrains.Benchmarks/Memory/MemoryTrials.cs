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
        const int most = MemoryWork.Most;
        const int few = MemoryWork.Few;
        var (mostAccounts, fewAccounts) = (MemoryWork.AccountsOf(most), MemoryWork.AccountsOf(few));
        var empty = await work.EmptyAsync(cancellationToken);
        var withFew = await work.WithAccountsAsync(fewAccounts, named: false, cancellationToken);
        var withMost = await work.WithAccountsAsync(mostAccounts, named: false, cancellationToken);
        var withFewNamed = await work.WithAccountsAsync(fewAccounts, named: true, cancellationToken);
        var withMostNamed = await work.WithAccountsAsync(mostAccounts, named: true, cancellationToken);
        var (fewContacts, _) = await work.WithContactsAsync(few, cancellationToken);
        var (contacts, idBytes) = await work.WithContactsAsync(most, cancellationToken);
        var account = withMost.Minus(withFew).DividedBy(mostAccounts - fewAccounts);
        var named = withMostNamed.Minus(withFewNamed).DividedBy(mostAccounts - fewAccounts);
        var contact = contacts.Minus(fewContacts).Minus(named.Times(mostAccounts - fewAccounts)).DividedBy(most - few).MinusBytes(idBytes);
        var outcome = Outcome.Of(
            Group,
            name,
            [Measure.Mebibytes],
            [
                new Entrant("an empty server", Whole(empty)),
                new Entrant($"{Count(fewAccounts)} accounts, no contact", Whole(withFew)),
                new Entrant($"{Count(mostAccounts)} accounts, no contact", Whole(withMost).With(Both(account))),
                new Entrant($"{Count(fewAccounts)} with a display name each", Whole(withFewNamed)),
                new Entrant($"{Count(mostAccounts)} with a display name each", Whole(withMostNamed).With(Both(named))),
                new Entrant($"{Count(few)} contacts of {Count(fewAccounts)} accounts", Whole(fewContacts)),
                new Entrant($"{Count(most)} contacts of {Count(mostAccounts)} accounts", Whole(contacts).With(Both(contact))),
            ]);
        return outcome with
        {
            Findings =
            [
                new Finding(Promises.ContactMemory, $"of {Count(most)}", Spread.Of(contact.ResidentBytes)),
                new Finding(Promises.AccountMemory, $"of {Count(mostAccounts)}", Spread.Of(account.ResidentBytes)),
                new Finding(Promises.AccountMemory, $"of {Count(mostAccounts)} with a display name", Spread.Of(named.ResidentBytes)),
            ],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"All with traits, contacts after two signals; at most 1,000 of them are whole in memory, and garbage is collected first. A figure for each is what the larger number takes more than a tenth of it, by the difference of the numbers: code that ran, buffers and the caches of SQLite are as large with a tenth. A contact's is beyond its id, of {idBytes:0.0} bytes, and without what its account takes; an account's has its id in it."),
            ],
        };
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static Sample Whole(Footprint footprint) =>
        new((Measure.Mebibytes, footprint.ResidentBytes / (double)(1 << 20)), (Managed, footprint.ManagedBytes / (double)(1 << 20)));

    private static (Measure Measure, double Value)[] Both(Footprint each) => [(Each, each.ResidentBytes), (ManagedEach, each.ManagedBytes)];
}
