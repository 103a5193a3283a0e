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
        var name = string.Create(CultureInfo.InvariantCulture, $"{work.ContactCount:N0} contacts of {work.AccountCount:N0} accounts, idle, after a restart");
        yield return new Trial(Group, name, (_, cancellationToken) => RunAsync(work, name, cancellationToken));
    }

    private static async Task<Outcome> RunAsync(MemoryWork work, string name, CancellationToken cancellationToken)
    {
        var empty = await work.EmptyAsync(cancellationToken);
        var withAccounts = await work.WithAccountsAsync(cancellationToken);
        var (withContacts, idBytes) = await work.WithContactsAsync(cancellationToken);
        var account = withAccounts.Minus(empty).DividedBy(work.Accounts.Accounts);
        var contact = withContacts.Minus(empty).Minus(account.Times(work.AccountCount)).DividedBy(work.ContactCount).MinusBytes(idBytes);
        var outcome = Outcome.Of(
            Group,
            name,
            [Measure.Mebibytes],
            [
                new Entrant("an empty server", Whole(empty)),
                new Entrant(string.Create(CultureInfo.InvariantCulture, $"with {work.Accounts.Accounts:N0} accounts and no contact"), Whole(withAccounts).With(Both(account))),
                new Entrant("with contacts; each: of a contact beyond its id", Whole(withContacts).With(Both(contact))),
            ]);
        return outcome with
        {
            Findings =
            [
                new Finding(Promises.ContactMemory, "", Spread.Of(contact.ResidentBytes)),
                new Finding(Promises.AccountMemory, "", Spread.Of(account.ResidentBytes)),
            ],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Each with default traits, contacts after two signals; at most 1,000 of them are whole in memory. Garbage is collected before. A contact's id has {idBytes:0.0} bytes; what its account takes is not counted as its own."),
            ],
        };
    }

    private static Sample Whole(Footprint footprint) =>
        new((Measure.Mebibytes, footprint.ResidentBytes / (double)(1 << 20)), (Managed, footprint.ManagedBytes / (double)(1 << 20)));

    private static (Measure Measure, double Value)[] Both(Footprint each) => [(Each, each.ResidentBytes), (ManagedEach, each.ManagedBytes)];
}
