using LeadGrains.Grains.History;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>Explains contacts: from what their partitions hold where that is enough, else from the journal.</summary>
internal sealed class ContactExplainer(NodeContext node, ContactReader contacts, PastModels models, PastContacts past)
{
    public async Task<ContactExplanationView?> ExplainAsync(
        string workspace, string id, Instant? at, ExplainedModel which, CancellationToken cancellationToken)
    {
        var key = new GrainKey(workspace, GrainKind.Contact, id);
        if (!await models.IsOtherAsync(key, at, which, cancellationToken).ConfigureAwait(false))
        {
            var answer = await contacts.ReadAsync(workspace, id, at, explain: true, cancellationToken).ConfigureAwait(false);
            if (answer is null || at is not { } then || IsAsItWas(answer, then))
                return answer is null ? null : new ContactExplanationView(answer.View, answer.Parts);
        }

        return await past.ExplainAsync(key, at!.Value, which, cancellationToken).ConfigureAwait(false);
    }

    // What leads to a contact now may have been one itself then, also where nothing of it has arrived yet.
    private bool IsAsItWas(ContactAnswer answer, Instant then) =>
        answer is { IsEarly: false, IsRestated: false } && (!answer.IsAnothers || then > node.Now());
}
