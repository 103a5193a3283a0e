using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Retention;

/// <summary>Finds contacts of whom nothing was heard for long, by their rows alone: none is brought into memory.</summary>
internal sealed class QuietContacts(IGrainStore store)
{
    private const int StatesAtOnce = 256;

    /// <summary>Those of whom nothing was heard since an instant, some at a time.</summary>
    /// <param name="partition">The first that is looked through.</param>
    /// <param name="before">Who was heard of since then is not among them.</param>
    /// <param name="stopped">Gives up.</param>
    /// <returns>
    /// At least <see cref="Limits.LetGoAtOnce"/>, and the partition in which there may be more; or all that there are, and a
    /// partition that does not exist.
    /// </returns>
    public async Task<(List<QuietContact> Found, int Partition)> FindAsync(int partition, Instant before, CancellationToken stopped)
    {
        var found = new List<QuietContact>();
        for (; partition < store.PartitionCount; partition++)
        {
            foreach (var some in MayBeQuiet(partition, before, stopped).Chunk(StatesAtOnce))
            {
                var rows = await store.Active.ReadAsync(some, stopped).ConfigureAwait(false);
                found.AddRange(rows.OfType<GrainRow>().Select(row => Judge(row, before)).OfType<QuietContact>());
                if (found.Count >= Limits.LetGoAtOnce)
                    return (found, partition);
            }
        }

        return (found, partition);
    }

    // By what a restart reads, which does not tell of all.
    private IEnumerable<GrainKey> MayBeQuiet(int partition, Instant before, CancellationToken stopped)
    {
        var fields = new ResidentFields();
        foreach (var row in store.Active.ReadResidents(partition, partition, stopped))
        {
            if (row.Kind != GrainKind.Contact)
                continue;
            fields.Read(row.Resident.Span);
            var leadsOn = !fields.HasEntry && fields.HasMore;
            if (!leadsOn && fields.LastHeardHours * TimeSpan.TicksPerHour < before.Ticks && fields.LastSignalAt < before)
                yield return row.Key;
        }
    }

    private static QuietContact? Judge(GrainRow row, Instant before)
    {
        var state = ContactState.Parser.ParseFrom(row.State.Span);
        var isKnown = !state.Erased && state.MergedInto.Length == 0 && state.LastReceivedAtTicks != 0;
        return isKnown && state.LastReceivedAtTicks - state.LastHeardBeforeTicks < before.Ticks
            ? new QuietContact(row.Key, (long)state.LastSequence, [row.Key.Id, .. state.Merged.Select(merged => merged.ContactId)])
            : null;
    }
}

/// <summary>A contact of whom nothing was heard for long.</summary>
/// <param name="Key">Its own address.</param>
/// <param name="LastSequence">Its last entry: where another one has come since, something was heard.</param>
/// <param name="Ids">All ids that lead there, its own first.</param>
internal sealed record QuietContact(GrainKey Key, long LastSequence, IReadOnlyList<string> Ids);
