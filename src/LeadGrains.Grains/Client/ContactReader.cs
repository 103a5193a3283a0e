using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>Reads contacts from the lanes that own them.</summary>
internal sealed class ContactReader(Lanes lanes)
{
    public async Task<ContactView?> GetAsync(string workspace, string id, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(workspace, id, null, explain: false, cancellationToken).ConfigureAwait(false);
        return answer?.View;
    }

    /// <summary>Explains contacts of any lanes at one instant; those that are not known are left out.</summary>
    public async Task<List<ContactAnswer>> ExplainAllAsync(IEnumerable<GrainKey> keys, Instant at, bool isPast, CancellationToken cancellationToken)
    {
        var answers = await lanes.AskAsync([.. keys], some => new ReadContacts(some, at, explain: true, isPast), cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(found => found.Answer).OfType<ContactAnswer>()];
    }

    /// <summary>Reads contacts of any lanes; those that are not known, or lead to others, are left out.</summary>
    public async Task<IEnumerable<ContactView>> ReadAllAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        var answers = await lanes.AskAsync(keys, some => new ReadContacts(some, at: null, explain: false, isPast: false), cancellationToken).ConfigureAwait(false);
        return answers.Select(found => found.Answer?.View).OfType<ContactView>();
    }

    /// <summary>Scores contacts of any lanes from their columns.</summary>
    public async Task<List<AccountContactView>> ScoreAllAsync(IEnumerable<GrainKey> keys, Instant at, CancellationToken cancellationToken)
    {
        var scored = await lanes.AskAsync([.. keys], some => new ScoreContacts(some, at), cancellationToken).ConfigureAwait(false);
        return [.. scored.OfType<AccountContactView>()];
    }

    /// <summary>The contact that an id leads to; null where there is none.</summary>
    public async Task<ContactAnswer?> ReadAsync(
        string workspace, string id, Instant? at, bool explain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isAsked = true;
        Patience? patience = null;
        // Redirects never lead in a circle, so this ends.
        while (true)
        {
            var key = new GrainKey(workspace, GrainKind.Contact, id);
            var request = new ReadContacts([key], at, explain, isPast: at is not null);
            lanes.Post(lanes.LaneOf(key), request);
            try
            {
                var (answer, into) = (await request.DoneAsync(cancellationToken).ConfigureAwait(false))[0];
                if (into is null or ContactRedirects.Nobody)
                    return answer is null ? null : answer with { IsAnothers = !isAsked };
                id = into;
                isAsked = false;
            }
            catch (PartitionMovedException)
            {
                await (patience ??= lanes.NewPatience()).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
