using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Commits;

/// <summary>Makes appends durable, many at once. Used by one thread, but for <see cref="LengthOf"/>, which any may ask.</summary>
internal interface ICommitWriter
{
    /// <summary>How many commits are durable.</summary>
    long LastCommit { get; }

    /// <summary>Bytes that a commit takes, for so many blocks with so many bytes in all.</summary>
    long LengthOf(int blocks, long bytes);

    /// <summary>Makes the appends durable in one commit. After an exception nothing may be written any more.</summary>
    /// <param name="appends">Their blocks become one commit.</param>
    /// <param name="length">Its bytes, by <see cref="LengthOf"/>.</param>
    void Commit(List<JournalAppend> appends, int length);
}
