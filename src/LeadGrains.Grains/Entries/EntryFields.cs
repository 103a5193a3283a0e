using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Entries;

/// <summary>Tags of leadgrains.journal.v1.Entry: field number times 8 and the wire type.</summary>
internal static class EntryFields
{
    public const uint SequenceTag = Entry.SequenceFieldNumber << 3;
    public const uint PreviousSequenceTag = Entry.PreviousSequenceFieldNumber << 3;
    public const uint ReceivedAtTag = Entry.ReceivedAtTicksFieldNumber << 3;
    public const uint WorkspaceTag = (Entry.WorkspaceFieldNumber << 3) | 2;
    public const uint KindTag = Entry.KindFieldNumber << 3;
    public const uint GrainIdTag = (Entry.GrainIdFieldNumber << 3) | 2;
    public const uint SignalTag = (Entry.SignalFieldNumber << 3) | 2;
    // No body has this number.
    public const uint ReservedTag = (22 << 3) | 2;
    public const uint LastBodyTag = (Entry.ErasedFieldNumber << 3) | 2;
}
