using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains;

/// <summary>Follows ids to the contacts that they lead to.</summary>
internal sealed class ContactResolver(Lanes lanes)
{
    /// <summary>Where each id leads in the end; one that leads nowhere stands for itself.</summary>
    public async Task<Dictionary<string, ResolvedContact>> ResolveAsync(string workspace, IEnumerable<string> ids)
    {
        var resolved = new Dictionary<string, ResolvedContact>(StringComparer.Ordinal);
        var pending = new HashSet<string>(StringComparer.Ordinal);
        var asked = ids.Distinct().ToDictionary(id => id, id => id, StringComparer.Ordinal);

        // Redirects never lead in a circle, so this ends.
        while (asked.Count > 0)
        {
            var found = await lanes.FindContactsAsync(workspace, asked.Values).ConfigureAwait(false);
            var onward = new Dictionary<string, string>(StringComparer.Ordinal);
            pending.UnionWith(asked.Where(one => found[one.Value].IsPending).Select(one => one.Key));
            foreach (var (id, at) in asked)
            {
                if (found[at].Into is ContactRedirects.Nobody)
                    resolved.Add(id, new ResolvedContact(at, IsKnown: false, IsPending: false) { IsErased = true });
                else if (found[at].Into is { } into)
                    onward.Add(id, into);
                else
                    resolved.Add(id, new ResolvedContact(at, found[at].IsKnown, pending.Contains(id)));
            }

            asked = onward;
        }

        return resolved;
    }
}

/// <param name="Id">The contact's own id.</param>
/// <param name="IsKnown">It has an entry.</param>
/// <param name="IsPending">It leads there by a merge that is not finished.</param>
internal readonly record struct ResolvedContact(string Id, bool IsKnown, bool IsPending)
{
    /// <summary>The person was erased.</summary>
    public bool IsErased { get; init; }
}
