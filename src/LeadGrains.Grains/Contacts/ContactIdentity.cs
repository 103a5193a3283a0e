using LeadGrains.Grains.Seen;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Contacts;

/// <summary>What merging has made of a contact: where it leads, or which other ids lead to it.</summary>
internal sealed class ContactIdentity
{
    private readonly List<(string Id, ulong Signals)> _merged = [];

    /// <summary>The contact that it leads to; empty where it is one itself.</summary>
    public string MergedInto { get; private init; } = "";

    /// <summary>What it had has not all arrived there.</summary>
    public bool IsPending { get; private set; }

    /// <summary>The person was erased: it leads nowhere, and nothing comes to it any more.</summary>
    public bool IsErased { get; private init; }

    /// <summary>It was let go of since nothing was heard of it for long: what comes begins it anew.</summary>
    public bool MayReturn { get; private init; }

    /// <summary>Contacts that lead here, in the order in which they came, with how many of their signals have come.</summary>
    public IReadOnlyList<(string Id, ulong Signals)> Merged => _merged;

    /// <summary>
    /// The signals that merges brought, as far as they are remembered: beside those that the contact remembers itself, so
    /// that neither push the other out.
    /// </summary>
    public SeenSignals Brought { get; private init; } = new();

    public static ContactIdentity LeadingTo(string into) => new() { MergedInto = into, IsPending = true };

    public static ContactIdentity Erased(bool mayReturn) => new() { IsErased = true, MayReturn = mayReturn };

    /// <summary>Puts back what a row held.</summary>
    public static ContactIdentity Restore(
        string mergedInto, bool isPending, IEnumerable<(string Id, ulong Signals)> merged, SeenSignals brought)
    {
        var identity = new ContactIdentity { MergedInto = mergedInto, IsPending = isPending, Brought = brought };
        identity._merged.AddRange(merged);
        return identity;
    }

    public void Finish() => IsPending = false;

    /// <summary>Notes that a part of another contact's signals has come.</summary>
    /// <returns>How many of its signals had come before, in a part that was sent more than once.</returns>
    public int Take(SignalsMerged part)
    {
        var index = _merged.FindIndex(merged => merged.Id == part.FromContactId);
        var had = index < 0 ? 0 : _merged[index].Signals;
        var taken = (part.FromContactId, Math.Max(had, part.First + (ulong)part.Signals.Count));
        if (index < 0)
            _merged.Add(taken);
        else
            _merged[index] = taken;
        return had <= part.First ? 0 : (int)Math.Min(had - part.First, (ulong)part.Signals.Count);
    }

    /// <summary>Ids that led to a contact which leads here now.</summary>
    public void Add(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            if (!_merged.Exists(merged => merged.Id == id))
                _merged.Add((id, 0));
        }
    }
}
