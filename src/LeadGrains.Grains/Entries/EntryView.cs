using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Entries;

/// <summary>One entry where it lies in its block, without an object. Good while the block's bytes are.</summary>
public readonly ref struct EntryView
{
    private readonly Fields _fields;

    private EntryView(ReadOnlySpan<byte> entry, scoped in Fields fields)
    {
        Bytes = entry;
        _fields = fields;
    }

    /// <summary>The entry's own bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Its position among the entries of the partition, from 1.</summary>
    public long Sequence => _fields.Sequence;

    /// <summary>The sequence of the same grain's entry before this one; 0 for the first.</summary>
    public long PreviousSequence => _fields.PreviousSequence;

    /// <summary>When it was received.</summary>
    public Instant ReceivedAt => new(_fields.ReceivedAtTicks);

    /// <summary>Whose grain it is about, in UTF-8; never empty.</summary>
    public ReadOnlySpan<byte> Workspace => _fields.Workspace.IsEmpty ? Workspaces.DefaultUtf8 : _fields.Workspace.In(Bytes);

    /// <summary>The grain's kind; none for a signal, whose own fields name its grain, and for a model entry.</summary>
    public GrainKind Kind => (GrainKind)_fields.Kind;

    /// <summary>The grain's id in UTF-8; empty where it has no <see cref="Kind"/>.</summary>
    public ReadOnlySpan<byte> GrainId => _fields.GrainId.In(Bytes);

    /// <summary>What it says.</summary>
    public Entry.BodyOneofCase BodyCase => _fields.BodyCase;

    /// <summary>The signal as it was received; empty where the entry is no signal.</summary>
    public ReadOnlySpan<byte> Signal => _fields.Signal.In(Bytes);

    /// <summary>A signal stood here until it was removed for its age; its grain goes on, and its other entries are found through it.</summary>
    public bool IsRemovedSignal => BodyCase == Entry.BodyOneofCase.Erased && Kind == GrainKind.None && ReceivedAt > Instant.Epoch;

    /// <summary>Reads one entry.</summary>
    /// <param name="entry">An Entry message, without its length.</param>
    /// <param name="view">The entry.</param>
    /// <returns>False where the bytes are damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> entry, out EntryView view)
    {
        Fields fields = default;
        var at = 0;
        while (at < entry.Length)
        {
            if (!WireReader.TryReadTag(entry, ref at, out var tag) || !TryReadField(entry, ref at, tag, ref fields))
            {
                view = default;
                return false;
            }
        }

        view = new EntryView(entry, fields);
        return true;
    }

    /// <summary>The whole entry as an object.</summary>
    public Entry Parse() => Entry.Parser.ParseFrom(Bytes);

    private static bool TryReadField(ReadOnlySpan<byte> entry, ref int at, uint tag, ref Fields fields) => tag switch
    {
        EntryFields.SequenceTag => TryReadNumber(entry, ref at, out fields.Sequence),
        EntryFields.PreviousSequenceTag => TryReadNumber(entry, ref at, out fields.PreviousSequence),
        EntryFields.ReceivedAtTag => TryReadNumber(entry, ref at, out fields.ReceivedAtTicks),
        EntryFields.WorkspaceTag => WireReader.TryReadRange(entry, ref at, out fields.Workspace),
        EntryFields.KindTag => TryReadNumber(entry, ref at, out fields.Kind),
        EntryFields.GrainIdTag => WireReader.TryReadRange(entry, ref at, out fields.GrainId),
        >= EntryFields.SignalTag and <= EntryFields.LastBodyTag and not EntryFields.ReservedTag when (tag & 7) == 2 => TryReadBody(entry, ref at, tag, ref fields),
        _ => WireReader.TrySkip(entry, ref at, tag, WireReader.MaxDepth),
    };

    private static bool TryReadNumber(ReadOnlySpan<byte> entry, ref int at, out long value)
    {
        var read = WireReader.TryReadVarint(entry, ref at, out var number);
        value = (long)number;
        return read;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> entry, ref int at, uint tag, ref Fields fields)
    {
        var read = WireReader.TryReadRange(entry, ref at, out var body);
        fields.BodyCase = (Entry.BodyOneofCase)(tag >> 3);
        fields.Signal = tag == EntryFields.SignalTag ? body : default;
        return read;
    }

    private struct Fields
    {
        public long Sequence;
        public long PreviousSequence;
        public long ReceivedAtTicks;
        public long Kind;
        public ByteRange Workspace;
        public ByteRange GrainId;
        public ByteRange Signal;
        public Entry.BodyOneofCase BodyCase;
    }
}
