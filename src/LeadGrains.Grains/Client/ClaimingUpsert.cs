using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>An account's upsert on its way, with the claims that it needs.</summary>
internal sealed class ClaimingUpsert(AccountUpsert item, IReadOnlyList<string> wanted)
{
    private readonly List<(string Domain, ulong Sequence)> _granted = [];

    public AccountUpsert Item => item;

    /// <summary>Domains that it asks for.</summary>
    public IReadOnlyList<string> Wanted => wanted;

    /// <summary>Domains that it was granted, with the sequences of the claims.</summary>
    public IReadOnlyList<(string Domain, ulong Sequence)> Granted => _granted;

    /// <summary>It was granted everything that it asked for.</summary>
    public bool HasAll => _granted.Count == wanted.Count;

    /// <summary>What became of the upsert itself.</summary>
    public AppendOutcome Outcome { get; set; } = AppendOutcome.NotSent;

    /// <summary>Takes its part of the claims' outcomes; gives a domain that another account got, or null.</summary>
    public string? Take(IReadOnlyList<GrainEntry> entries, AppendOutcome[] outcomes, ref int next)
    {
        string? lost = null;
        foreach (var domain in wanted)
        {
            if (outcomes[next] == AppendOutcome.Applied)
                _granted.Add((domain, entries[next].Entry.Sequence));
            else if (outcomes[next] == AppendOutcome.Refused)
                lost ??= domain;
            next++;
        }

        return lost;
    }
}
