using Google.Protobuf;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Entries that say what callers and loops ask for. Sequence and receiving time come with the turn.</summary>
internal static class EntryBodies
{
    public static Entry Of(ContactUpsert upsert)
    {
        var body = new ContactUpserted
        {
            Email = upsert.Email ?? "",
            AccountId = upsert.AccountId ?? "",
            Identified = upsert.Identified,
            OnlyAdds = upsert.OnlyAdds,
        };
        if (upsert.AsOf is { } told)
            body.AsOfTicks = told.Ticks;
        body.Traits.AddRange(upsert.Traits.Select(TraitCodec.ToChange));
        return new Entry { ContactUpserted = body };
    }

    public static Entry Of(AccountUpsert upsert)
    {
        var body = new AccountUpserted { Name = upsert.Name ?? "", ParentAccountId = upsert.ParentAccountId ?? "" };
        if (upsert.AsOf is { } told)
            body.AsOfTicks = told.Ticks;
        body.Domains.AddRange(upsert.Domains);
        body.CompanyNames.AddRange(upsert.CompanyNames);
        body.Traits.AddRange(upsert.Traits.Select(TraitCodec.ToChange));
        return new Entry { AccountUpserted = body };
    }

    public static Entry Claimed(string by, bool pending) =>
        new() { DomainClaimed = new DomainClaimed { ByAccountId = by, Pending = pending } };

    public static Entry Released(string by, ulong claim) =>
        new() { DomainReleased = new DomainReleased { ByAccountId = by, ClaimSequence = claim } };

    public static Entry Moved(string from, string to) =>
        new() { AccountMoved = new AccountMoved { FromAccountId = from, ToAccountId = to } };

    public static Entry MergeStarted(string into) => new() { MergeStarted = new MergeStarted { IntoContactId = into } };

    public static Entry Merged(SignalsMerged part) => new() { SignalsMerged = part };

    public static Entry MergeFinished() => new() { MergeFinished = new MergeFinished() };
    public static Entry Matched(string companyName, string accountId) =>
        new() { CompanyMatched = new CompanyMatched { CompanyName = companyName, AccountId = accountId } };

    public static Entry ModelActivated(uint version, ReadOnlySpan<byte> contentHash) => new()
    {
        ModelActivated = new ModelActivated { ModelVersion = version, ContentHash = ByteString.CopyFrom(contentHash) },
    };
}
