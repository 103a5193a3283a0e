using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;
using HistoryEnd = LeadGrains.Grains.Requests.HistoryEnd;

namespace LeadGrains.Grains.Remote;

/// <summary>Between nodes, what is found of grains without reading them whole.</summary>
internal static class FoundWire
{
    public static Lead Of(FoundContact found)
    {
        var lead = new Lead { IsKnown = found.IsKnown, IsPending = found.IsPending };
        if (found.Into is not null)
            lead.Into = found.Into;
        return lead;
    }

    public static FoundContact From(Lead lead) => new(lead.IsKnown, lead.HasInto ? lead.Into : null, lead.IsPending);

    public static Claim Of(AccountClaim claim) => new()
    {
        HeldBy = claim.HeldBy,
        IsForGood = claim.IsForGood,
        Domains = { claim.Domains },
        CompanyNames = { claim.CompanyNames },
    };

    public static AccountClaim From(Claim claim) => new(claim.HeldBy, claim.IsForGood, [.. claim.Domains], [.. claim.CompanyNames]);

    public static Cluster.V1.HistoryEnd Of(HistoryEnd end) => new()
    {
        Partition = (uint)end.Partition,
        LastSequence = end.LastSequence,
        ModelSequence = end.ModelSequence,
    };

    public static HistoryEnd From(Cluster.V1.HistoryEnd end, GrainKey key) =>
        new(key, (int)end.Partition, end.LastSequence, end.ModelSequence);

    public static ScoredContact Of(AccountContactView? contact)
    {
        var scored = new ScoredContact();
        if (contact is null)
            return scored;
        scored.Score = ScoreWire.Of(contact.Score);
        scored.ContributedPoints = contact.ContributedPoints;
        if (contact.LastSignalAt is { } last)
            scored.LastSignalTicks = last.Ticks;
        return scored;
    }

    public static AccountContactView? From(ScoredContact scored, GrainKey key) => scored.Score is null
        ? null
        : new AccountContactView(
            key.Id, ScoreWire.From(scored.Score), scored.ContributedPoints,
            scored.HasLastSignalTicks ? new Instant(scored.LastSignalTicks) : null);
}
