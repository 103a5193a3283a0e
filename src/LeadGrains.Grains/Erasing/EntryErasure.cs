using System.Text;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// Erases the entries of people's ids in blocks of the journal, and gathers the e-mail addresses that these entries had, so
/// that they can be looked for afterwards. One thread at a time.
/// </summary>
public sealed class EntryErasure : EntryRewriting
{
    // To look for the bytes of so many ids takes no longer than to read the entries.
    private const int MostMarks = 16;

    private readonly List<ErasedId> _ids;
    private readonly ILookup<ulong, ErasedId> _byHash;
    private readonly HashSet<string> _emails = new(StringComparer.Ordinal);

    private readonly bool _leavesName;

    /// <summary>Of one person or many.</summary>
    /// <param name="ids">All ids of each person.</param>
    /// <param name="leavesName">Leaves the entry that names them all, which goes when nothing else is left.</param>
    public EntryErasure(IEnumerable<ErasedId> ids, bool leavesName)
    {
        _ids = [.. ids];
        _byHash = _ids.ToLookup(id => KeyHash.Of(id.Key));
        _leavesName = leavesName;
    }

    /// <summary>The ids in UTF-8: what holds none of them has nothing to erase. Empty where they are too many to look for.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Marks => _ids.Count > MostMarks ? [] : _ids.ConvertAll(id => (ReadOnlyMemory<byte>)id.Utf8);

    /// <summary>Addresses of the entries erased so far.</summary>
    public IReadOnlyCollection<string> Emails => _emails;

    /// <inheritdoc/>
    public override bool MayConcern(in JournalBlock block) => MayConcern(block.Entries.Span);

    /// <inheritdoc/>
    public override int Rewrite(int partition, Span<byte> entries) => Erase(entries);

    /// <summary>Whether some bytes may hold something to erase.</summary>
    public bool MayConcern(ReadOnlySpan<byte> bytes)
    {
        if (_ids.Count > MostMarks)
            return HasAny(bytes);
        foreach (var id in _ids)
        {
            if (bytes.IndexOf(id.Utf8) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>Erases what a block has of the ids, in place.</summary>
    /// <param name="block">Length-delimited entries.</param>
    /// <returns>How many entries were erased.</returns>
    public int Erase(Span<byte> block)
    {
        var erased = 0;
        for (var at = 0; at < block.Length;)
        {
            if (!WireReader.TryReadRange(block, ref at, out var range) || !EntryView.TryRead(range.In(block), out var entry))
                throw new JournalDamagedException($"The entry before byte {at} of its block cannot be read.");
            if (Find(entry) is not { } id)
                continue;
            Gather(entry);
            // An entry that says so keeps the tombstone; others keep nothing.
            var tombstone = entry.BodyCase == Entry.BodyOneofCase.Erased ? id.Tombstone : null;
            ErasedRoom.Write(block.Slice(range.Offset, range.Length), entry.Sequence, tombstone);
            erased++;
        }

        return erased;
    }

    private bool HasAny(ReadOnlySpan<byte> block)
    {
        var entries = new EntryReader(block);
        while (entries.TryRead(out var entry))
        {
            if (Find(entry) is not null)
                return true;
        }

        return false;
    }

    private ErasedId? Find(in EntryView entry)
    {
        var kind = entry.Kind;
        var id = entry.GrainId;
        if (entry.BodyCase == Entry.BodyOneofCase.Signal)
        {
            var signal = SignalView.Of(entry);
            kind = signal.Kind;
            id = signal.Key;
        }

        if (kind != GrainKind.Contact || (_leavesName && entry.BodyCase == Entry.BodyOneofCase.Erased && entry.Parse().Erased.ContactIds.Count > 0))
            return null;
        foreach (var erased in _byHash[KeyHash.Of(entry.Workspace, kind, id)])
        {
            if (entry.Sequence <= erased.Through && id.SequenceEqual(erased.Utf8) && entry.Workspace.SequenceEqual(erased.WorkspaceUtf8))
                return erased;
        }

        return null;
    }

    private void Gather(in EntryView entry)
    {
        switch (entry.BodyCase)
        {
            case Entry.BodyOneofCase.Signal:
                Gather(SignalView.Of(entry).Email);
                break;
            case Entry.BodyOneofCase.ContactUpserted:
                Gather(entry.Parse().ContactUpserted.Email);
                break;
            case Entry.BodyOneofCase.SignalsMerged:
                Gather(entry.Parse().SignalsMerged);
                break;
        }
    }

    private void Gather(SignalsMerged merged)
    {
        Gather(merged.Facts?.Email ?? "");
        foreach (var signal in merged.Signals)
        {
            if (SignalView.TryRead(signal.Signal.Span, new Instant(signal.ReceivedAtTicks), out var view))
                Gather(view.Email);
        }
    }

    private void Gather(ReadOnlySpan<byte> email)
    {
        if (!email.IsEmpty)
            Gather(Encoding.UTF8.GetString(email));
    }

    // Whoever sends made-up addresses with every signal must not take the memory for it.
    private void Gather(string email)
    {
        if (email.Length > 0 && _emails.Count < Limits.SearchedEmails)
            _emails.Add(email);
    }
}

/// <summary>One of the ids of a person that is erased.</summary>
/// <param name="Key">The contact that has it.</param>
/// <param name="Tombstone">What is left of it; null for one that was let go of, which leaves nothing.</param>
/// <param name="Through">The last sequence that goes: what follows is of somebody who has come back.</param>
public sealed record ErasedId(GrainKey Key, Tombstone? Tombstone, long Through = long.MaxValue)
{
    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Key.Id);

    internal byte[] WorkspaceUtf8 { get; } = Encoding.UTF8.GetBytes(Key.Workspace);
}
